// A file name as a word that a POSIX shell takes as it is, for commands that a message suggests.

export function quoteShell(name: string): string {
  return `'${name.replaceAll("'", "'\\''")}'`;
}
