// Protobuf as it lies in a file: a message is its fields, in order. What is not understood is carried along untouched, and
// weights are never copied.
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export interface Field {
  no: number;
  type: WireType;
  /** Without the tag and, where it has one, without the length. */
  bytes: Uint8Array;
}

/** Throws RangeError when the bytes are no message. */
export function readFields(bytes: Uint8Array): Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [no, type] = reader.tag();
    if (type === WireType.LengthDelimited) fields.push({ no, type, bytes: reader.bytes() });
    else {
      const start = reader.pos;
      reader.skip(type, no);
      fields.push({ no, type, bytes: bytes.subarray(start, reader.pos) });
    }
  }
  return fields;
}

export function writeFields(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  return join(layOut(fields));
}

/** The same in pieces that are yet to be joined: weights inside messages inside messages would be copied at each level. */
export function layOut(fields: readonly Field[]): Uint8Array[] {
  return fields.flatMap(({ no, type, bytes }) => {
    const head = new BinaryWriter().tag(no, type);
    if (type === WireType.LengthDelimited) head.uint32(bytes.length);
    return [head.finish(), bytes];
  });
}

/** A message of pieces, as pieces. */
export function nest(no: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  const head = new BinaryWriter().tag(no, WireType.LengthDelimited).uint32(countBytes(pieces)).finish();
  return [head, ...pieces];
}

export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(countBytes(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function countBytes(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

export function message(no: number, fields: readonly Field[]): Field {
  return { no, type: WireType.LengthDelimited, bytes: writeFields(fields) };
}

export function text(no: number, value: string): Field {
  return { no, type: WireType.LengthDelimited, bytes: Buffer.from(value, 'utf8') };
}

export function blob(no: number, bytes: Uint8Array): Field {
  return { no, type: WireType.LengthDelimited, bytes };
}

export function integer(no: number, value: number): Field {
  return { no, type: WireType.Varint, bytes: new BinaryWriter().int64(value).finish() };
}

export function float(no: number, value: number): Field {
  return { no, type: WireType.Bit32, bytes: new BinaryWriter().float(value).finish() };
}

export function toText({ bytes }: Field): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function toInteger({ bytes }: Field): number {
  return Number(new BinaryReader(bytes).int64());
}

/** The figures of a repeated integer, packed or one by one. */
export function toIntegers(fields: readonly Field[], no: number): number[] {
  return fields.flatMap((field) => {
    if (field.no !== no) return [];
    if (field.type !== WireType.LengthDelimited) return [toInteger(field)];
    const reader = new BinaryReader(field.bytes);
    const values: number[] = [];
    while (reader.pos < reader.len) values.push(Number(reader.int64()));
    return values;
  });
}
