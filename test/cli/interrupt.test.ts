// Ctrl-C, SIGTERM, and a daemon that is killed, in the middle of a long job.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts, startTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

let daemon: Daemon;
let folder: string;
const tts = (...args: string[]) => runTts(args, { env: daemon.env });
const listJobs = async (label: string) => parseJobs((await tts('list', '--label', label, '--json')).stdout);

/** A `say` that is in the middle of its job. */
async function startLongSay(label: string) {
  const said = startTts(['say', makeProse(150_000), '--label', label, '-o', join(folder, `${label}.wav`)], {
    env: daemon.env,
  });
  const job = await waitFor('the job to run', async () => {
    const [found] = await listJobs(label);
    return found?.state === 'running' && found.progress > 0 ? found : undefined;
  });
  return { ...said, id: job.id };
}

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
});
afterAll(async () => {
  await runTts(['daemon', 'stop'], { env: daemon.env });
  await removeDataDirs();
});

test('Ctrl-C cancels the job and says so', async () => {
  const said = await startLongSay('once');
  said.child.kill('SIGINT');
  const { code, stderr } = await said.ended;
  expect(code).toBe(130);
  expect(stderr).toContain(`Job ${said.id} is cancelled.`);
  expect((await listJobs('once'))[0]!.state).toBe('cancelled');
});

test('SIGTERM leaves the job to itself and prints its id', async () => {
  const said = await startLongSay('term');
  said.child.kill('SIGTERM');
  const { code, stdout, stderr } = await said.ended;
  expect({ code, stdout }).toEqual({ code: 143, stdout: `${said.id}\n` });
  expect(stderr).toContain(`tts fetch ${said.id} --wait`);
  expect((await listJobs('term'))[0]!.state).toBe('running');
  await tts('cancel', '--now', said.id);
});

test('wait that is interrupted leaves the job alone', async () => {
  const id = (await tts('enqueue', 'Later.', '--in', '1h')).stdout.trim();
  const waiting = startTts(['wait', id], { env: daemon.env });
  // The signal is only caught once the command is up: the daemon sees its stream then.
  await waitFor('wait to be ready', () => waiting.child.pid && isCatching(waiting.child.pid));
  waiting.child.kill('SIGINT');
  expect(await waiting.ended).toMatchObject({ code: 130, stdout: '' });
  expect(parseJobs((await tts('status', id, '--json')).stdout)[0]!.state).toBe('queued');
});

test('kill -9 of the daemon: say starts it again, follows on, and brings the whole file', async () => {
  const text = makeProse(20_000);
  const said = startTts(['say', text, '--label', 'killed', '-o', join(folder, 'killed.wav'), '--json'], {
    env: daemon.env,
  });
  await waitFor('some progress', async () => ((await listJobs('killed'))[0]?.progress ?? 0) > 5);
  await daemon.stop('SIGKILL');
  const { code, stdout, stderr } = await said.ended;
  expect(stderr).toContain('The connection to the daemon is lost');
  expect(code).toBe(0);
  expect(parseJobs(stdout)[0]).toMatchObject({ state: 'completed', text_chars: text.length });
});

/** From the kernel: whether the process has a handler for SIGINT (bit 2 of the mask). */
async function isCatching(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
  return mask !== null && (BigInt(`0x${mask[1]}`) & 2n) !== 0n;
}
