// Reads what disk-shim.c wrote down: every change to the files of a directory, in the order in which it happened.

export type Change =
  | { kind: 'open' | 'mkdir' | 'unlink'; inode: number; path: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'write'; inode: number; offset: number; data: Buffer }
  | { kind: 'truncate'; inode: number; length: number }
  | { kind: 'sync'; inode: number };

/** `end`: how long the log was when the change was in it. */
export type LoggedChange = Change & { end: number };

const NEWLINE = 10;

export function parseFileLog(log: Buffer): LoggedChange[] {
  const changes: LoggedChange[] = [];
  for (let at = 0; at < log.length; ) {
    const lineEnd = log.indexOf(NEWLINE, at);
    const fields = log.toString('utf8', at, lineEnd).split('\t');
    at = lineEnd + 1;
    const change = parseChange(fields);
    if (change.kind === 'write') {
      const length = Number(fields[3]);
      change.data = log.subarray(at, at + length);
      at += length;
    }
    changes.push({ ...change, end: at });
  }
  return changes;
}

function parseChange([kind, first = '', second = '']: string[]): Change {
  switch (kind) {
    case 'open':
      return { kind, inode: Number(first), path: second };
    case 'mkdir':
    case 'unlink':
      return { kind, inode: 0, path: first };
    case 'rename':
      return { kind, from: first, to: second };
    case 'write':
      return { kind, inode: Number(first), offset: Number(second), data: Buffer.alloc(0) };
    case 'truncate':
      return { kind, inode: Number(first), length: Number(second) };
    case 'sync':
      return { kind, inode: Number(first) };
    default:
      throw new Error(`The log holds ${JSON.stringify(kind)}`);
  }
}
