// The check without the real weights: a tiny model of noise, pulled by a daemon of its own from a server of ours. It shows that the check
// goes from the download to its figures; the figures mean nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { putTinyTurbo } from '../../test/helpers/chatterbox-models.ts';
import { startFileServer } from '../../test/helpers/file-server.ts';

const ID = 'rehearsal';

/** Sets the environment of `tts` so that it pulls the model from here, into a data directory that is taken away at the end. */
export async function openRehearsal(tts: string): Promise<{ id: string; close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-rehearsal-'));
  const dataDir = join(dir, 'data');
  await putTinyTurbo(join(dir, 'there'), { id: ID });
  const models = join(dir, 'there', 'models');
  const server = await startFileServer();
  for (const entry of await readdir(models, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) server.files.set(`/${relative(models, path)}`, await readFile(path));
  }
  // The catalogue's entry; its files come from the mirror alone.
  await mkdir(join(dataDir, 'models'), { recursive: true });
  await writeFile(join(dataDir, 'models', `${ID}.json`), server.files.get(`/${ID}/manifest.json`)!);
  const config = join(dir, 'config.yaml');
  await writeFile(config, `models:\n  mirror: ${server.origin}\n`);
  Object.assign(process.env, { TTSD_DATA_DIR: dataDir, TTSD_CONFIG: config, TTSD_PORT: '0' });
  return {
    id: ID,
    async close() {
      await once(spawn(process.execPath, [tts, 'daemon', 'stop'], { stdio: 'ignore' }), 'exit');
      await server.close();
      await rm(dir, { recursive: true });
    },
  };
}
