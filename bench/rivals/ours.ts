// Our engine alone, in a process of its own: speaks each line of standard input and answers with its time. Arguments: model, speaker.
import { createInterface } from 'node:readline';
import { openEngine } from '../../src/engine/open-engine.ts';

const [modelDir, speaker] = process.argv.slice(2);
const engine = await openEngine({ modelDir: modelDir!, device: 'cpu' });
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const startMs = performance.now();
  const { samples, sampleRateHz } = await engine.synthesize(
    { text: JSON.parse(line), speaker: speaker!, speed: 1, seed: 1, params: {} },
    new AbortController().signal,
  );
  console.log(JSON.stringify({ ms: performance.now() - startMs, audioSec: samples.length / sampleRateHz }));
}
await engine.close();
