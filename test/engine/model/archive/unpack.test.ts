// Archives of strangers: what may be in them, and what refuses the whole.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { packTar, type TarEntry } from 'modern-tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpack } from '../../../../src/engine/model/archive/unpack.ts';

const TEXT = Buffer.from('weights');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ttsd-unpack-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function unpackBytes(bytes: Uint8Array): Promise<string[]> {
  const archive = join(dir, 'archive');
  await writeFile(archive, bytes);
  const target = await mkdtemp(join(dir, 'out-'));
  const paths = await unpack(archive, target);
  for (const path of paths) expect(await readFile(join(target, path), 'utf8')).toBe('weights');
  return paths;
}

const file = (name: string): TarEntry => ({ header: { name, size: TEXT.length, type: 'file' }, body: TEXT });
const zip = (...names: string[]) => zipSync(Object.fromEntries(names.map((name) => [name, TEXT])));

test('plain files of a zip, a tar and a packed tar are unpacked', async () => {
  const names = ['model.onnx', 'voices/a.bin'];
  expect(await unpackBytes(zip(...names))).toEqual(names);
  const folder: TarEntry = { header: { name: './voices/', size: 0, type: 'directory' } };
  const tar = await packTar([folder, ...names.map((name) => file(`./${name}`))]);
  expect(await unpackBytes(tar)).toEqual(names);
  expect(await unpackBytes(gzipSync(tar))).toEqual(names);
});

const HOSTILE = [
  '../out',
  '/etc/x',
  'a/../../x',
  'C:/x',
  'a\\..\\x',
  'con',
  'a./b',
  `${'x'.repeat(250)}/abcdef`,
];

test.each(HOSTILE)('the name %j refuses the whole, in a tar and in a zip', async (name) => {
  await expect(packTar([file('good'), file(name)]).then(unpackBytes)).rejects.toMatchObject({
    code: 'model_invalid',
  });
  await expect(unpackBytes(zip('good', name))).rejects.toMatchObject({ code: 'model_invalid' });
  expect((await readdir(dir)).filter((found) => !/^(archive$|out-)/.test(found))).toEqual([]);
});

test('a control character in a name refuses the whole', async () => {
  await expect(packTar([file('bell\u0007')]).then(unpackBytes)).rejects.toThrow('holds control characters');
});

test.each(['symlink', 'link', 'fifo', 'character-device'] as const)(
  'a %s refuses the whole',
  async (type) => {
    const entry: TarEntry = { header: { name: 'a', size: 0, type, linkname: '/etc/passwd' } };
    await expect(packTar([entry]).then(unpackBytes)).rejects.toThrow('The entry "a" is no plain file');
  },
);

test('a link in a zip refuses the whole', async () => {
  const link = zipSync({ a: [TEXT, { os: 3, attrs: 0o120777 << 16 }] });
  await expect(unpackBytes(link)).rejects.toThrow('The entry "a" is a link or a device');
});

test('two names that some systems take for one refuse the whole', async () => {
  await expect(unpackBytes(zip('Model.onnx', 'model.onnx'))).rejects.toThrow('"model.onnx" comes twice');
});

test('a zip with a wrong checksum, and archives that are cut short, are damaged', async () => {
  const bytes = zipSync({ a: [TEXT, { level: 0 }] });
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(TEXT));
  const wrong = Buffer.from(bytes);
  for (let at = wrong.indexOf(sum); at !== -1; at = wrong.indexOf(sum)) wrong[at]! ^= 1;
  await expect(unpackBytes(wrong)).rejects.toThrow('is damaged: its checksum is wrong');
  await expect(unpackBytes(zip('a', 'b').subarray(0, 60))).rejects.toMatchObject({ code: 'model_invalid' });
  const tar = await packTar([{ header: { name: 'a', size: 5000, type: 'file' }, body: Buffer.alloc(5000) }]);
  await expect(unpackBytes(tar.subarray(0, 2000))).rejects.toMatchObject({ code: 'model_invalid' });
  await expect(unpackBytes(gzipSync(tar).subarray(0, 40))).rejects.toMatchObject({ code: 'model_invalid' });
});

test('a zip that holds more than it says is not unpacked further', async () => {
  const bytes = Buffer.from(zipSync({ a: [Buffer.alloc(100_000), { level: 9 }] }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(100_000);
  for (let at = bytes.indexOf(size); at !== -1; at = bytes.indexOf(size, at + 1)) bytes.writeUInt32LE(10, at);
  await expect(unpackBytes(bytes)).rejects.toMatchObject({ code: 'model_invalid' });
});

test.each([
  ['nothing', ''],
  ['text', 'hello '.repeat(200)],
  ['an ONNX file', '\x08\x08pytorch'.repeat(100)],
])('%s is no archive', async (_what, content) => {
  await expect(unpackBytes(Buffer.from(content))).rejects.toThrow('neither a zip nor a tar file');
});
