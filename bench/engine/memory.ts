// Memory of the process while the embedded voice speaks 2000 chunks of all lengths: it must stay flat.
import { join } from 'node:path';
import { openEngine } from '../../src/engine/open-engine.ts';
import { SENTENCES } from './sentences.ts';

const CHUNKS = 2000;
const REPORT_EVERY = 250;

const engine = await openEngine({ modelDir: join(import.meta.dirname, '../../models/hibari') });
for (let chunk = 1; chunk <= CHUNKS; chunk++) {
  const sentences = 1 + (chunk % 4);
  const text = Array.from(
    { length: sentences },
    (_, i) => SENTENCES[(chunk * 7 + i) % SENTENCES.length],
  ).join(' ');
  await engine.synthesize(
    { text, speaker: 'heart', speed: 0.8 + (chunk % 9) / 10, seed: chunk, params: {} },
    new AbortController().signal,
  );
  if (chunk % REPORT_EVERY === 0)
    console.log(`${chunk} chunks: ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB resident`);
}
await engine.close();
