// Makes dist/ of src/ and the libraries: few files, because finding and opening a thousand takes longer than all the rest of a start.
import { dirname, join, relative } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Programs, child processes and threads: each is a file of its own, where its source is. */
const ENTRIES = [
  'cli/main',
  'daemon/main',
  'daemon/jobs/sqlite-thread',
  'daemon/jobs/side-thread',
  'daemon/inference/encode-thread',
  'daemon/voices/clip-thread',
  'engine/host',
  'engine/model/shelf-worker/main',
];

/** The first have machine code or other files beside them, which they look for where they are; the others are never asked for here. */
const LEFT_WHERE_THEY_ARE = [
  /^better-sqlite3/,
  /^onnxruntime-node/,
  /^@fastify\/swagger-ui/,
  /^@echogarden\/pffft-wasm/,
  /^libopus-wasm/,
  /^@fastify\/ajv-compiler/,
  /^@fastify\/fast-json-stringify-compiler/,
  /^light-my-request/,
  /^react-devtools-core/,
];

const HERE = '@here@/';

/** What a source says of its own place stays true, in whichever file of dist/ it comes to lie. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(`${SRC}/`)) return null;
    const place = relative(SRC, id).replace(/\.ts$/, '.js');
    return code
      .replaceAll('import.meta.url', `new URL('${HERE}${place}', import.meta.url).href`)
      .replaceAll('import.meta.dirname', `(import.meta.dirname + '/${HERE}${dirname(place)}')`);
  },
  renderChunk(code, { fileName }) {
    return code.replaceAll(HERE, `${relative(dirname(fileName), '.')}/`);
  },
};

const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((name) => [name, join(SRC, `${name}.ts`)])),
  platform: 'node',
  external: LEFT_WHERE_THEY_ARE,
  plugins: [keepPlaces],
});
await bundle.write({
  dir: join(ROOT, 'dist'),
  entryFileNames: '[name].js',
  chunkFileNames: 'parts/[name]-[hash].js',
  cleanDir: true,
});
