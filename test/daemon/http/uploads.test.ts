// Uploads as clients of Chatterbox-TTS-Server send them, good and bad; and speaking with what was uploaded.
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeToneFile, makeToneWav } from '../../helpers/clips.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { buildForm, FORM_HEADERS, type Part, sendForm } from '../../helpers/form.ts';
import { mountSmallDisk } from '../../helpers/small-disk.ts';
import { waitFor } from '../../helpers/wait-for.ts';

interface Outcome {
  message: string;
  uploaded_files: string[];
  errors: { filename: string; error: string }[];
  all_reference_files: string[];
  all_predefined_voices: { display_name: string; filename: string; voice_id: string }[];
  detail?: string;
  error?: { code: string };
}

const wav = makeToneWav({ sec: 0.2 });
let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const asFile = (name: string | Buffer, file: Buffer = wav): Part => ({ field: 'files', name, file });

async function upload(parts: Part[], kind = 'reference'): Promise<Outcome & { status: number }> {
  const path = kind === 'reference' ? '/upload_reference' : '/upload_predefined_voice';
  const reply = await sendForm(daemon, path, parts);
  return { status: reply.status, ...reply.json<Outcome>() };
}

const listReferences = async () => (await daemon.call('GET', '/get_reference_files')).json<string[]>();
const listClips = () => readdirSync(join(daemon.dataDir, 'voices', 'clips'));
const speak = (body: object) => daemon.call('POST', '/tts', { text: 'Hello.', ...body });

test('several clips in one request are taken, told by their content, and listed by name', async () => {
  const { status, uploaded_files, errors, all_reference_files } = await upload([
    asFile('zoe.wav'),
    asFile('ben.mp3', await makeToneFile('mp3')),
    // An MP3 that says it is a WAV.
    asFile('amy.wav', await makeToneFile('mp3')),
    { field: 'comment', value: 'for the morning show' },
  ]);
  expect({ status, uploaded_files, errors }).toEqual({
    status: 200,
    uploaded_files: ['zoe.wav', 'ben.mp3', 'amy.wav'],
    errors: [],
  });
  expect(all_reference_files).toEqual(['amy.wav', 'ben.mp3', 'zoe.wav']);
  expect(await listReferences()).toEqual(all_reference_files);
});

test('a name that is there is a success and is not overwritten; so is the same name twice in one request', async () => {
  const tone = makeToneWav({ sec: 0.3, hz: 200 });
  expect(
    await upload([asFile('twice.wav'), asFile('twice.wav', tone), asFile('TWICE.wav', tone)]),
  ).toMatchObject({
    status: 200,
    uploaded_files: ['twice.wav'],
    errors: [],
  });
  const { voices } = (await daemon.call('GET', '/v1/voices')).json<{
    voices: { name: string; clip: { duration_sec: number } }[];
  }>();
  expect(
    voices.filter(({ name }) => name.toLowerCase() === 'twice').map(({ clip }) => clip.duration_sec),
  ).toEqual([0.2]);
});

test.each<[string, string | Buffer, string]>([
  ['up the tree', '../../../../tmp/up.wav', 'up.wav'],
  ['absolute', '/etc/absolute.wav', 'absolute.wav'],
  ['percent signs', '%2e%2e%2fpercent.wav', '_2e_2e_2fpercent.wav'],
  ['a device', 'nul.wav', '_nul.wav'],
  ['a device without an extension', 'CON', '_CON'],
  ['NUL', 'n\0l.wav', 'n_l-'],
  ['another script', 'Анна.wav', '_-'],
  ['bytes that are not UTF-8', Buffer.from([0x47, 0xf6, 0x2e, 0x77, 0x61, 0x76]), 'G_'],
  ['10 000 characters', `${'n'.repeat(10_000)}.wav`, 'n'.repeat(89)],
])('a name with %s becomes a name, never a path', async (_what, name, beginning) => {
  const before = readdirSync(daemon.dataDir).sort();
  const { status, uploaded_files } = await upload([asFile(name)]);
  expect(status).toBe(200);
  expect(uploaded_files[0]).toMatch(/^[A-Za-z0-9._\- ]{1,100}$/);
  expect(uploaded_files[0]!.startsWith(beginning)).toBe(true);
  expect(await listReferences()).toContain(uploaded_files[0]);
  expect(readdirSync(daemon.dataDir).sort()).toEqual(before);
  expect(
    readdirSync(join(daemon.dataDir, 'voices')).every((file) =>
      /^(reference-[a-z0-9_-]+\.json|clips)$/.test(file),
    ),
  ).toBe(true);
});

test('each bad file is told with its reason, and does not keep the good ones out', async () => {
  const { status, uploaded_files, errors } = await upload([
    asFile('good.wav'),
    asFile('text.wav', Buffer.from('no sound at all')),
    asFile('cut.wav', wav.subarray(0, 2000)),
    asFile('empty.wav', makeToneWav({ sec: 0 })),
    asFile('long.wav', makeToneWav({ sec: 31, rateHz: 8000 })),
    asFile('...'),
    { field: 'audio', name: 'wrong-field.wav', file: wav },
  ]);
  expect({ status, uploaded_files }).toEqual({ status: 200, uploaded_files: ['good.wav'] });
  expect(errors).toEqual([
    { filename: 'text.wav', error: expect.stringContaining('not audio') },
    { filename: 'cut.wav', error: expect.stringContaining('ends early') },
    { filename: 'empty.wav', error: expect.stringContaining('no sound') },
    { filename: 'long.wav', error: expect.stringContaining('longer than 30 seconds') },
    { filename: '...', error: expect.stringContaining('no usable name') },
    { filename: 'wrong-field.wav', error: expect.stringContaining('the field is called files') },
  ]);
});

test('when no file is taken it is a 400 that says why in the message a page shows', async () => {
  const bad = await upload([asFile('text.wav', Buffer.from('no sound at all'))]);
  expect(bad).toMatchObject({ status: 400, uploaded_files: [], error: { code: 'clip_unusable' } });
  expect(bad.message).toContain('text.wav is not audio');
  expect(bad.detail).toBe(bad.message);
  expect(await upload([{ field: 'comment', value: 'nothing else' }])).toMatchObject({
    status: 400,
    message: expect.stringContaining('in the field files'),
  });
  expect(await upload([])).toMatchObject({ status: 400 });
});

test('what is no form is told how to send one', async () => {
  const json = await daemon.call('POST', '/upload_reference', { files: ['a.wav'] });
  expect(json.status).toBe(415);
  expect(json.body.toString()).toContain('curl -F files=@clip.wav');
  expect((await daemon.call('POST', '/upload_reference', wav, { 'content-type': 'audio/wav' })).status).toBe(
    415,
  );
  expect((await daemon.call('POST', '/upload_reference', wav, FORM_HEADERS)).status).toBe(422);
  expect(
    (await daemon.call('POST', '/upload_reference', wav, { 'content-type': 'multipart/form-data' })).status,
  ).toBe(422);
});

test('a body that breaks off leaves nothing behind', async () => {
  const body = buildForm([asFile('half.wav', makeToneWav({ sec: 5 }))]);
  const head = `POST /upload_reference HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${FORM_HEADERS['content-type']}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(daemon.endpoint.socket);
  socket.write(head);
  socket.write(body.subarray(0, 100_000));
  await waitFor('the upload to begin', () => listClips().some((name) => name.startsWith('.tmp-')));
  socket.destroy();
  await waitFor('its file to be gone', () => !listClips().some((name) => name.startsWith('.tmp-')));
  expect(await listReferences()).not.toContain('half.wav');
});

test('clone mode names what is missing, unknown, damaged, and that no model here can clone', async () => {
  await upload([
    asFile('known.wav', makeToneWav({ sec: 0.4 })),
    asFile('damaged.wav', makeToneWav({ sec: 0.5 })),
  ]);
  const ask = async (reference_audio_filename?: string) => {
    const reply = await speak({ voice_mode: 'clone', reference_audio_filename });
    return [reply.status, reply.json<{ error: { code: string } }>().error.code];
  };
  expect(await ask()).toEqual([400, 'reference_missing']);
  expect(await ask('nobody.wav')).toEqual([404, 'reference_not_found']);
  expect(await ask('../known.wav')).toEqual([404, 'reference_not_found']);
  expect(await ask('known.wav')).toEqual([422, 'cloning_unavailable']);
  const { clip } = (await daemon.call('GET', '/v1/voices/damaged')).json<{ clip: { sha256: string } }>();
  rmSync(join(daemon.dataDir, 'voices', 'clips', `${clip.sha256}.wav`));
  expect(await ask('damaged.wav')).toEqual([400, 'clip_unusable']);
});

test('an uploaded voice is listed and speaks at once, with a warning that says who speaks for it', async () => {
  const { all_predefined_voices } = await upload(
    [asFile('My Grandpa.wav'), asFile('Emily.wav')],
    'predefined',
  );
  expect(all_predefined_voices).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ display_name: 'My Grandpa', filename: 'My Grandpa.wav' }),
      expect.objectContaining({ display_name: 'Emily', filename: 'Emily.wav', voice_id: 'emily' }),
    ]),
  );
  expect(all_predefined_voices.filter(({ filename }) => filename === 'Emily.wav').length).toBe(1);
  const reply = await speak({ voice_mode: 'predefined', predefined_voice_id: 'My Grandpa.wav' });
  expect(reply.status).toBe(200);
  const job = (await daemon.call('GET', `/v1/jobs/${reply.headers['x-job-id']}`)).json<{
    voice: string;
    warnings: string[];
  }>();
  expect(job.voice).toBe('my-grandpa');
  expect(job.warnings.join(' ')).toMatch(/No model here can clone.*My Grandpa is spoken by/);
});

test('the name of a voice that ships is taken already; its clip stays with the client', async () => {
  const before = listClips().length;
  expect(await upload([asFile('heart.wav', makeToneWav({ sec: 0.6 }))], 'predefined')).toMatchObject({
    status: 200,
    uploaded_files: ['heart'],
  });
  expect(listClips().length).toBe(before);
});

test('a clip and a voice may have the same name', async () => {
  await upload([asFile('same.wav')]);
  expect(await upload([asFile('same.wav')], 'predefined')).toMatchObject({
    status: 200,
    uploaded_files: ['same.wav'],
  });
  expect(await listReferences()).toContain('same.wav');
});

test('uploads outlive a kill, and are picked up by the next daemon', async () => {
  const { uploaded_files } = await upload([asFile('durable.wav', makeToneWav({ sec: 0.7 }))]);
  expect(uploaded_files).toEqual(['durable.wav']);
  const before = await listReferences();
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ dataDir: daemon.dataDir });
  expect(await listReferences()).toEqual(before);
  expect((await speak({ predefined_voice_id: 'My Grandpa.wav' })).status).toBe(200);
});

const disk = mountSmallDisk(8);
afterAll(() => disk?.unmount());

test.skipIf(disk === undefined)(
  'a full disk takes no upload and keeps no half of one (needs to mount a tmpfs)',
  async () => {
    const dataDir = join(disk!.path, 'data');
    const small = await startDaemon({ dataDir });
    const { bavail, bsize } = statfsSync(disk!.path);
    const ballast = join(disk!.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 1_000_000));
    // The upload fits, its clip does not; then not even the upload fits.
    for (const sec of [12, 40]) {
      const reply = await sendForm(small, '/upload_predefined_voice', [
        asFile('big.wav', makeToneWav({ sec })),
      ]);
      expect([reply.status, reply.json<Outcome>().error?.code]).toEqual([507, 'disk_full']);
      expect(readdirSync(join(dataDir, 'voices', 'clips'))).toEqual([]);
    }
    rmSync(ballast);
    const again = await sendForm(small, '/upload_predefined_voice', [
      asFile('big.wav', makeToneWav({ sec: 12 })),
    ]);
    expect(again.json<Outcome>().uploaded_files).toEqual(['big.wav']);
    await small.stop();
  },
);
