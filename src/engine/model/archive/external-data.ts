// Which other files a graph takes its weights from: a stranger's may name any file of the machine.
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path/posix';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { TtsError } from '../../../api/errors.ts';
import { findPathTrouble } from '../safe-path.ts';

type Kind = keyof typeof INSIDE;

/** Where tensors can lie, by field number of onnx.proto. */
const INSIDE = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'external' },
  external: {},
} as const satisfies Record<string, Record<number, string>>;
const MOST_DEEP = 100;

/** Throws `model_invalid` when the graph at `path` below `dir` takes weights from a file that is not among `paths`, or is none. */
export async function checkExternalData(
  dir: string,
  path: string,
  paths: ReadonlySet<string>,
): Promise<void> {
  for (const location of await listLocations(dir, path)) {
    const trouble = findPathTrouble(location);
    const target = normalize(join(dirname(path), location));
    if (trouble !== undefined)
      throw invalid(
        `${path} takes weights from ${JSON.stringify(location.slice(0, 200))}, which ${trouble}.`,
      );
    if (!paths.has(target))
      throw invalid(`${path} takes weights from ${location}, which is not there. Add it.`);
  }
}

async function listLocations(dir: string, path: string): Promise<Set<string>> {
  const locations = new Set<string>();
  try {
    visit(new BinaryReader(await readFile(join(dir, path))), 'model', locations, 0);
  } catch (cause) {
    throw new TtsError(
      'model_invalid',
      `${path} is damaged, or no ONNX graph: ${(cause as Error).message}. Get it again.`,
      { cause },
    );
  }
  return locations;
}

function visit(reader: BinaryReader, kind: Kind, locations: Set<string>, depth: number): void {
  if (depth > MOST_DEEP) throw new Error('it is nested too deep');
  const inside: Readonly<Record<number, Kind>> = INSIDE[kind];
  let key = '';
  while (reader.pos < reader.len) {
    const [no, type] = reader.tag();
    if (type !== WireType.LengthDelimited) {
      reader.skip(type, no);
      continue;
    }
    const content = reader.bytes();
    const next = inside[no];
    if (next !== undefined) visit(new BinaryReader(content), next, locations, depth + 1);
    else if (kind === 'external' && no === 1) key = Buffer.from(content).toString();
    else if (kind === 'external' && no === 2 && key === 'location')
      locations.add(Buffer.from(content).toString());
  }
}

function invalid(message: string): TtsError {
  return new TtsError('model_invalid', message);
}
