// Ctrl-C, SIGTERM, and a daemon that is killed, at each stage of what somebody waits for.
import { execFileSync } from 'node:child_process';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { parseJobs, runTts, startTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { hasTmux, openTerminal } from '../helpers/terminal.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

let daemon: Daemon;
let folder: string;
const tts = (...args: string[]) => runTts(args, { env: daemon.env });
const listJobs = async (label: string) =>
  (await daemon.call('GET', `/v1/jobs?label=${label}`)).json<{ jobs: JobView[] }>().jobs;

/** A `say` that is in the middle of its job. */
async function startLongSay(label: string) {
  const said = startTts(['say', '--label', label, '-o', join(folder, `${label}.wav`)], {
    env: daemon.env,
    stdin: makeProse(30_000),
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

test('a second Ctrl-C does not wait for the cancellation: it leaves the job and prints its id', async () => {
  const said = await startLongSay('twice');
  // A daemon that stands still cannot confirm anything.
  daemon.child.kill('SIGSTOP');
  said.child.kill('SIGINT');
  await waitFor('the first Ctrl-C to be seen', () => said.stderr().includes(`Cancelling job ${said.id}`));
  said.child.kill('SIGINT');
  const { code, stdout, stderr } = await said.ended;
  daemon.child.kill('SIGCONT');
  expect({ code, stdout }).toEqual({ code: 130, stdout: `${said.id}\n` });
  expect(stderr).toContain(`Job ${said.id} is left to itself.`);
  await tts('cancel', '--now', said.id);
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
  const soon = (await tts('enqueue', 'Now.')).stdout.trim();
  const id = (await tts('enqueue', 'Later.', '--in', '1h')).stdout.trim();
  const waiting = startTts(['wait', soon, id, '-q'], { env: daemon.env });
  await waitFor('the first of the two', () => waiting.stdout() !== '');
  waiting.child.kill('SIGINT');
  expect(await waiting.ended).toMatchObject({ code: 130, stdout: `${soon}\n` });
  expect(parseJobs((await tts('status', id, '--json')).stdout)[0]!.state).toBe('queued');
});

test('enqueue that is interrupted while it reads has queued nothing', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reading = startTts(['enqueue', '--label', 'unread', '-f', pipe], { env: daemon.env });
  // Opens when the other side does.
  const text = await open(pipe, 'w');
  await text.write('Half a sen');
  reading.child.kill('SIGINT');
  expect(await reading.ended).toMatchObject({ signal: 'SIGINT', stdout: '', stderr: '' });
  await text.close();
  expect(await listJobs('unread')).toEqual([]);
});

test.skipIf(!hasTmux)(
  'tmux: fetch that is interrupted while it waits gives the cursor back, and leaves no file and the job alone',
  async () => {
    const id = (await tts('enqueue', 'Later.', '--in', '1h')).stdout.trim();
    const terminal = openTerminal(daemon.env, { columns: 100 });
    try {
      terminal.run(`"$NODE" "$TTS" fetch --wait ${id} -o ${folder}/never.wav`);
      await terminal.see('░');
      expect(terminal.ask('cursor_flag')).toBe('0');
      terminal.press('C-c');
      // In a line of its own: a shell gives up the rest of one whose command was interrupted.
      terminal.run('echo "code $?"');
      expect(await terminal.see(/^code 130$/m)).not.toContain('░');
      expect(terminal.ask('cursor_flag')).toBe('1');
    } finally {
      terminal.close();
    }
    expect((await readdir(folder)).filter((name) => /never|part/.test(name))).toEqual([]);
    expect(parseJobs((await tts('status', id, '--json')).stdout)[0]!.state).toBe('queued');
    await tts('cancel', id);
  },
);

test('kill -9 of the daemon: say starts it again, follows on, and brings the whole file', async () => {
  const text = makeProse(1_500);
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
