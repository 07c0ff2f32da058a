// The cyclic redundancy checks of FLAC, Ogg and LAME's tag, each by a table of 256.

/** FLAC frame headers: x^8 + x^2 + x + 1, from 0, high bit first. */
export function computeCrc8(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = CRC8[crc ^ byte]!;
  return crc;
}

/** FLAC frames: x^16 + x^15 + x^2 + 1, from 0, high bit first. */
export function computeCrc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ byte]!;
  return crc;
}

/** LAME's tag: the polynomial of `computeCrc16`, from 0, low bit first. */
export function computeReflectedCrc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc >> 8) ^ REFLECTED_CRC16[(crc ^ byte) & 0xff]!;
  return crc;
}

/** Ogg pages (RFC 3533, section 6): 0x04c11db7, from 0, high bit first. */
export function computeCrc32(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc << 8) ^ CRC32[(crc >>> 24) ^ byte]!;
  return crc >>> 0;
}

const CRC8 = makeTable(8, 0x07);
const CRC16 = makeTable(16, 0x8005);
const CRC32 = makeTable(32, 0x04c11db7);
const REFLECTED_CRC16 = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xa001 : 0);
  return crc;
});

function makeTable(width: 8 | 16 | 32, polynomial: number): number[] {
  const top = 2 ** (width - 1);
  return Array.from({ length: 256 }, (_, byte) => {
    let crc = (byte << (width - 8)) >>> 0;
    for (let bit = 0; bit < 8; bit++) crc = (((crc << 1) ^ (crc & top ? polynomial : 0)) >>> 0) % (top * 2);
    return crc;
  });
}
