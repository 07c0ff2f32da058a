import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/daemon/config.ts';
import { editConfig } from '../../../src/daemon/settings/edit-config.ts';

const FILE = `# Mine.
server:
  port: 8010 # the other one is taken

# How it sounds
generation_defaults:
  # not too fast
  speed_factor: 0.9
  seed: 7
`;

test('a change leaves comments, order and everything else as they were', () => {
  const edited = editConfig(FILE, [{ section: 'generation_defaults', key: 'seed', value: 8 }]);
  expect(edited).toBe(FILE.replace('seed: 7', 'seed: 8'));
});

test('a key and a section that were not there are added at the end', () => {
  const edited = editConfig(FILE, [
    { section: 'server', key: 'log_level', value: 'warn' },
    { section: 'audio_output', key: 'format', value: 'mp3' },
  ]);
  expect(edited).toBe(
    `${FILE.replace('is taken\n', 'is taken\n  log_level: warn\n')}audio_output:\n  format: mp3\n`,
  );
});

test('a key that goes leaves the others, and a section without keys goes too', () => {
  const edited = editConfig(FILE, [
    { section: 'generation_defaults', key: 'seed', value: undefined },
    { section: 'generation_defaults', key: 'speed_factor', value: undefined },
    { section: 'job_queue', key: 'max_retries', value: undefined },
  ]);
  expect(edited).toContain('# Mine.');
  expect(edited).not.toContain('generation_defaults');
  expect(parseConfig(edited, 'it')).toMatchObject({
    server: { port: 8010 },
    generation_defaults: { seed: 0 },
  });
});

test.each(['', '# only a comment\n', 'audio_output:\n', '{}\n', '---\n'])(
  'an empty file (%j) takes a first key',
  (text) => {
    const edited = editConfig(text, [{ section: 'audio_output', key: 'format', value: 'mp3' }]);
    expect(parseConfig(edited, 'it').audio_output.format).toBe('mp3');
    expect(edited.includes('# only')).toBe(text.includes('# only'));
  },
);

test('values that look like something else stay what they are', () => {
  const edited = editConfig('', [{ section: 'tts_engine', key: 'default_voice_id', value: 'no' }]);
  expect(parseConfig(edited, 'it').tts_engine.default_voice_id).toBe('no');
});
