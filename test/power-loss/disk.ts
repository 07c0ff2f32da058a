// A disk that loses its power: what was synced is there afterwards; of the rest any part may be, or none.
// A file's bytes become durable by syncing the file, its name only by syncing the directory that holds it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Random } from '../crash/random.ts';
import type { Change } from './file-log.ts';

/**
 * What becomes of changes that were not synced: `lost` all, `kept` all (as when only the process dies), `names` are
 * kept but no bytes, `some` of each, or `torn`: some writes cut at a sector or only as zeros of the same length.
 */
export const LOSSES = ['lost', 'names', 'some', 'torn', 'kept'] as const;
export type Loss = (typeof LOSSES)[number];

type FileChange = { offset: number; data: Buffer } | { length: number };
type NameChange = { set?: [name: string, node: Node]; delete?: string };

interface FileNode {
  kind: 'file';
  inode: number;
  synced: Buffer;
  pending: FileChange[];
}
interface Directory {
  kind: 'directory';
  now: Map<string, Node>;
  synced: Map<string, Node>;
  pending: NameChange[];
}
type Node = FileNode | Directory;

const SECTOR_BYTES = 512;

export class Disk {
  readonly #root: string;
  readonly #top = makeDirectory();
  readonly #byInode = new Map<number, Node>();

  /** `root` is where the log's paths begin; it is there, and empty. */
  constructor(root: string) {
    this.#root = root;
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'open':
        this.#open(change);
        break;
      case 'mkdir':
        this.#name(change.path, makeDirectory());
        break;
      case 'write':
      case 'truncate': {
        const node = this.#byInode.get(change.inode);
        if (node?.kind !== 'file')
          throw new Error(`A ${change.kind} to inode ${change.inode}, which was never opened`);
        node.pending.push(change);
        break;
      }
      case 'sync':
        sync(this.#byInode.get(change.inode)!);
        break;
      case 'unlink': {
        const directory = this.#findDirectory(change.path);
        directory.now.delete(basename(change.path));
        directory.pending.push({ delete: basename(change.path) });
        break;
      }
      case 'rename':
        this.#rename(change);
    }
  }

  /** Writes into an empty directory what the disk may hold when the power comes back. */
  writeOut(target: string, loss: Loss, random: Random): void {
    writeDirectory(this.#top, target, loss, random);
  }

  #open({ inode, path }: { inode: number; path: string }): void {
    const known = this.#find(path);
    if (known?.kind === 'file' && known.inode !== inode)
      throw new Error(`The log misses how ${path} was replaced`);
    if (known !== undefined) return void this.#byInode.set(inode, known);
    const node: FileNode = { kind: 'file', inode, synced: Buffer.alloc(0), pending: [] };
    this.#byInode.set(inode, node);
    this.#name(path, node);
  }

  #name(path: string, node: Node): void {
    const directory = this.#findDirectory(path);
    directory.now.set(basename(path), node);
    directory.pending.push({ set: [basename(path), node] });
  }

  /** Inside one directory, where it is one step: both names change, or neither. */
  #rename({ from, to }: { from: string; to: string }): void {
    const directory = this.#findDirectory(to);
    const node = this.#find(from);
    if (node === undefined || dirname(from) !== dirname(to))
      throw new Error(`The log misses ${from}, or it moved`);
    directory.now.delete(basename(from));
    directory.now.set(basename(to), node);
    directory.pending.push({ set: [basename(to), node], delete: basename(from) });
  }

  #find(path: string): Node | undefined {
    const names = path.slice(this.#root.length).split('/').filter(Boolean);
    return names.reduce<Node | undefined>(
      (node, name) => (node?.kind === 'directory' ? node.now.get(name) : undefined),
      this.#top,
    );
  }

  #findDirectory(path: string): Directory {
    const found = this.#find(dirname(path));
    if (found?.kind !== 'directory') throw new Error(`The log misses how ${dirname(path)} was made`);
    return found;
  }
}

function makeDirectory(): Directory {
  return { kind: 'directory', now: new Map(), synced: new Map(), pending: [] };
}

function sync(node: Node): void {
  if (node.kind === 'file') {
    for (const change of node.pending) node.synced = applyToBytes(node.synced, change);
    node.pending = [];
  } else {
    for (const change of node.pending) applyToNames(node.synced, change);
    node.pending = [];
  }
}

function writeDirectory(directory: Directory, target: string, loss: Loss, random: Random): void {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const names = new Map(directory.synced);
  for (const change of directory.pending) {
    if (loss === 'kept' || loss === 'names' || (loss !== 'lost' && random() < 0.5))
      applyToNames(names, change);
  }
  for (const [name, node] of names) {
    const path = join(target, name);
    if (node.kind === 'directory') writeDirectory(node, path, loss, random);
    else writeFileSync(path, readFile(node, loss, random), { mode: 0o600 });
  }
}

function readFile({ synced, pending }: FileNode, loss: Loss, random: Random): Buffer {
  if (loss === 'lost' || loss === 'names') return synced;
  let bytes: Buffer = Buffer.from(synced);
  for (const change of pending) {
    if (loss !== 'kept' && random() < 0.5) continue;
    bytes = applyToBytes(bytes, loss === 'torn' ? tear(change, random) : change);
  }
  return bytes;
}

function tear(change: FileChange, random: Random): FileChange {
  if ('length' in change) return change;
  const { offset, data } = change;
  const how = random();
  if (how < 1 / 3) return change;
  if (how < 2 / 3) return { offset, data: Buffer.alloc(data.length) };
  const sectors = Math.floor(data.length / SECTOR_BYTES);
  return { offset, data: data.subarray(0, Math.floor(random() * (sectors + 1)) * SECTOR_BYTES) };
}

function applyToBytes(bytes: Buffer, change: FileChange): Buffer {
  const length =
    'length' in change ? change.length : Math.max(bytes.length, change.offset + change.data.length);
  let grown = bytes;
  if (length !== bytes.length) {
    grown = Buffer.alloc(length);
    bytes.copy(grown);
  }
  if ('data' in change) change.data.copy(grown, change.offset);
  return grown;
}

function applyToNames(names: Map<string, Node>, change: NameChange): void {
  if (change.delete !== undefined) names.delete(change.delete);
  if (change.set !== undefined) names.set(...change.set);
}
