// kokoro-js in a process of its own: speaks each line of standard input and answers with its time. Arguments: where it is installed,
// the folder of its models, the model, the voice.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [dir, models, model, voice] = process.argv.slice(2);
const open = (path: string) => import(pathToFileURL(join(dir!, 'node_modules', path)).href);
const { env } = await open('@huggingface/transformers/dist/transformers.node.mjs');
const { KokoroTTS } = await open('kokoro-js/dist/kokoro.js');
env.localModelPath = models;
env.allowRemoteModels = false;
// Its phonemiser prints itself, a megabyte, when an error is not caught.
const fail = (error: unknown): never => {
  console.error(`kokoro-js: ${String(error).slice(0, 500)}`);
  process.exit(1);
};
const tts = await KokoroTTS.from_pretrained(model, { dtype: 'q8', device: 'cpu' }).catch(fail);
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const startMs = performance.now();
  const { audio, sampling_rate } = await tts.generate(JSON.parse(line), { voice }).catch(fail);
  console.log(JSON.stringify({ ms: performance.now() - startMs, audioSec: audio.length / sampling_rate }));
}
