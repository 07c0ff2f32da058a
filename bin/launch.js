// Starts a compiled program on a Node that is new enough. Old syntax throughout: an old Node must be able to read it.
// Nothing is imported before it is needed: each built-in module costs a part of `tts status`.
const OLDEST = [22, 19];

/** Runs `dist/<entry>`, or says what is missing. */
export async function launch(name, entry) {
  const version = process.versions.node.split('.').map(Number);
  if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
    const { startAgain } = await import('./start-again.js');
    await startAgain(name, OLDEST.join('.'));
    return;
  }
  keepCompiled();
  const main = new URL(`../dist/${entry}`, import.meta.url).href;
  try {
    await import(main);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || error.url !== main) throw error;
    const root = decodeURIComponent(new URL('..', import.meta.url).pathname);
    process.stderr.write(`${name}: it is not built yet. Build it: cd '${root}' && npm run build\n`);
    process.exitCode = 78;
  }
}

/**
 * What Node has compiled is kept for the next start, where nobody else can put something in its place: not in the folder for
 * temporary files, as is Node's custom. Threads and child processes take it from there too.
 */
function keepCompiled() {
  const { HOME, XDG_CACHE_HOME, NODE_COMPILE_CACHE } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  if (NODE_COMPILE_CACHE || !caches || !caches.startsWith('/')) return;
  process.env.NODE_COMPILE_CACHE = `${caches}/ttsd/compiled`;
  process.getBuiltinModule('node:module').enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
