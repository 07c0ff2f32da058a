// npm run loudness-check [-- --models DIR] [--lufs=-14]: how loud every voice of the models in a folder is once it was asked to be so,
// over twelve sentences, as ffmpeg measures it. Ends with an error where one is more than 1 LU off. Development only.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodePcm } from '../src/engine/audio/pcm.ts';
import { openShelf } from '../src/engine/model/shelf.ts';
import { openEngine } from '../src/engine/open-engine.ts';
import { SENTENCES } from './voice-check/sentences.ts';

const ALLOWED_LU = 1;

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: join(import.meta.dirname, '../models') },
    lufs: { type: 'string', default: '-16' },
  },
});
const lufs = Number(options.lufs);

for (const model of (await openShelf([options.models])).values()) {
  const engine = await openEngine({ modelDir: model.dir });
  const speakers = model.speakers.filter(({ language }) => language.startsWith('en'));
  for (const { id: speaker } of speakers) {
    const chunks: Buffer[] = [];
    for (const text of SENTENCES.filter((_, i) => i % 5 === 0)) {
      const input = { text, speaker, speed: 1, seed: 1, params: {}, loudnessLufs: lufs };
      chunks.push(encodePcm((await engine.synthesize(input, new AbortController().signal)).samples));
    }
    const heard = measureWithFfmpeg(Buffer.concat(chunks), engine.sampleRateHz);
    const isOff = Math.abs(heard - lufs) > ALLOWED_LU;
    if (isOff) process.exitCode = 1;
    console.log(`${model.id} ${speaker}: ${heard.toFixed(1)} LUFS${isOff ? ', too far off' : ''}`);
  }
  await engine.close();
}

function measureWithFfmpeg(pcm: Buffer, rateHz: number): number {
  const input = ['-f', 's16le', '-ar', `${rateHz}`, '-ac', '1', '-i', 'pipe:0'];
  const { stderr } = spawnSync('ffmpeg', [...input, '-af', 'ebur128', '-f', 'null', '-'], { input: pcm });
  return Number(/Summary:.*?I:\s+(\S+) LUFS/s.exec(`${stderr}`)?.[1]);
}
