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
  const writer = new BinaryWriter();
  for (const { no, type, bytes } of fields) {
    writer.tag(no, type);
    if (type === WireType.LengthDelimited) writer.bytes(bytes);
    else writer.raw(bytes);
  }
  return writer.finish();
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
