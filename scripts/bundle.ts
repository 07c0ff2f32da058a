// Makes dist/ of src/ and the libraries: few files, because finding and opening a thousand takes longer than all the rest of a start.
import { dirname, join, relative } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Each is a file of its own, where its source is; so is what they start as a thread or a child process. */
const PROGRAMS = ['cli/main', 'daemon/main'];
/** How sources name what they start: `new URL(`./encode-thread${extname(import.meta.filename)}`, import.meta.url)`. */
const STARTED = /`(\.{1,2}\/[\w./-]+)\$\{extname\(import\.meta\.filename\)\}`/g;

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

/** With all that it imports it is one file, which every `tts` reads: `tts status` is to take little longer than Node itself. */
const READ_FIRST = { name: 'first', test: /src\/cli\/commands\/status\.ts$/ };

const HERE = '@here@/';

/** What a source says of its own place, and of the places of others, stays true in whichever file of dist/ it comes to lie. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(`${SRC}/`)) return null;
    for (const [, path] of code.matchAll(STARTED)) {
      const started = join(dirname(id), path!);
      this.emitFile({ type: 'chunk', id: `${started}.ts`, fileName: `${relative(SRC, started)}.js` });
    }
    const place = relative(SRC, id).replace(/\.tsx?$/, '.js');
    return code
      .replaceAll('import.meta.url', `new URL('${HERE}${place}', import.meta.url).href`)
      .replaceAll('import.meta.dirname', `(import.meta.dirname + '/${HERE}${dirname(place)}')`);
  },
  renderChunk(code, { fileName }) {
    return code.replaceAll(HERE, `${relative(dirname(fileName), '.')}/`);
  },
};

const bundle = await rolldown({
  input: Object.fromEntries(PROGRAMS.map((name) => [name, join(SRC, `${name}.ts`)])),
  platform: 'node',
  // The oldest that bin/launch.js takes: some libraries are written for newer ones.
  transform: { target: 'node22.19' },
  external: LEFT_WHERE_THEY_ARE,
  plugins: [keepPlaces],
  onLog(level, log, report) {
    // Otherwise only a warning, and an error for whoever runs it.
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    // Some of what is read first is imported when it is needed elsewhere, where it costs nothing.
    if (log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') return;
    report(level, log);
  },
});
await bundle.write({
  dir: join(ROOT, 'dist'),
  entryFileNames: '[name].js',
  chunkFileNames: 'parts/[name]-[hash].js',
  codeSplitting: { groups: [READ_FIRST] },
  cleanDir: true,
});
