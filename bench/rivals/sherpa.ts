// sherpa-onnx-node in a process of its own: speaks each line of standard input and answers with its time. Arguments: where it is
// installed, its settings of the model, the engine, the number of the speaker.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [dir, settings, engine, speaker] = process.argv.slice(2);
const { OfflineTts } = createRequire(join(dir!, 'package.json'))('sherpa-onnx-node');
const tts = new OfflineTts({
  model: {
    [engine === 'kokoro' ? 'kokoro' : 'vits']: JSON.parse(settings!),
    // It takes one where it is not told; the others take as many as there are.
    numThreads: availableParallelism(),
    provider: 'cpu',
  },
  maxNumSentences: 1,
});
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const startMs = performance.now();
  const { samples, sampleRate } = tts.generate({ text: JSON.parse(line), sid: Number(speaker), speed: 1 });
  console.log(JSON.stringify({ ms: performance.now() - startMs, audioSec: samples.length / sampleRate }));
}
process.exit();
