// Ogg pages (RFC 3533) of one logical stream, of packets shorter than 64 KB.
import { computeCrc32 } from './crc.ts';

export interface OggPacket {
  data: Buffer;
  /** Position at the end of this packet. */
  granule: number;
}

/** A second of packets of 20 ms: short enough to seek by, long enough not to cost much. */
const MAX_PACKETS_PER_PAGE = 50;
const MAX_SEGMENTS = 255;
const HEADER_BYTES = 27;
const FIRST_PAGE = 0x02;
const LAST_PAGE = 0x04;
/** There is one stream in each of our files, so its number need not be random; that keeps equal jobs equal to the byte. */
const SERIAL = 0x74747364;

/** Answers a function that puts packets into as many pages as they need; no packet is divided. */
export function createOggPages(): (packets: readonly OggPacket[], options?: { isLast: boolean }) => Buffer {
  let sequence = 0;

  function createPage(packets: readonly OggPacket[], isLast: boolean): Buffer {
    const lacing = packets.flatMap(({ data }) => lace(data.length));
    const header = Buffer.alloc(HEADER_BYTES);
    header.write('OggS', 0, 'latin1');
    header[5] = (sequence === 0 ? FIRST_PAGE : 0) | (isLast ? LAST_PAGE : 0);
    header.writeBigUInt64LE(BigInt(packets.at(-1)!.granule), 6);
    header.writeUInt32LE(SERIAL, 14);
    header.writeUInt32LE(sequence++, 18);
    header[26] = lacing.length;
    const page = Buffer.concat([header, Buffer.from(lacing), ...packets.map(({ data }) => data)]);
    page.writeUInt32LE(computeCrc32(page), 22);
    return page;
  }

  return (packets, { isLast } = { isLast: false }) => {
    const groups = groupPackets(packets);
    return Buffer.concat(
      groups.map((group, index) => createPage(group, isLast && index === groups.length - 1)),
    );
  };
}

function groupPackets(packets: readonly OggPacket[]): OggPacket[][] {
  const groups: OggPacket[][] = [];
  let segments = MAX_SEGMENTS;
  for (const packet of packets) {
    const needed = lace(packet.data.length).length;
    const group = groups.at(-1);
    if (group !== undefined && group.length < MAX_PACKETS_PER_PAGE && segments + needed <= MAX_SEGMENTS) {
      group.push(packet);
      segments += needed;
    } else {
      groups.push([packet]);
      segments = needed;
    }
  }
  return groups;
}

/** A packet's length as Ogg writes it: 255s and one smaller number. */
function lace(length: number): number[] {
  return [...Array<number>(Math.floor(length / 255)).fill(255), length % 255];
}
