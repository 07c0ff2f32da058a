// Makes a rename durable: a new name is only safe once its directory is synced.
import { open } from 'node:fs/promises';

export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
