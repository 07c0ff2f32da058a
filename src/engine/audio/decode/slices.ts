// A file piece by piece: a decoder that is fed little at a time can never unfold more than a little at once.

export function* cutSlices(file: Buffer, sliceBytes: number): Generator<Uint8Array> {
  for (let start = 0; start < file.length; start += sliceBytes)
    yield file.subarray(start, start + sliceBytes);
}
