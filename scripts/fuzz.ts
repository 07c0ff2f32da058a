// npm run fuzz: a daemon of its own, and requests made up from its OpenAPI description against every route, by Schemathesis.
// npm run fuzz -- --full: a hundred for each route and kind of request instead of twenty. Arguments after that go to Schemathesis.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { findPythonProgram } from '../test/helpers/python.ts';

/** No answer of 500 but where it is documented, every status and every body as the description says. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
const CONFIG = join(import.meta.dirname, 'schemathesis.toml');

const schemathesis = findPythonProgram('schemathesis');
if (schemathesis === undefined) {
  console.error('Schemathesis is not there; scripts/install-test-extras installs it where there is Python.');
  process.exit(69);
}
const isFull = process.argv.includes('--full');
const more = process.argv.slice(2).filter((argument) => argument !== '--full');
const daemon = await startDaemon();
const { status } = spawnSync(
  schemathesis,
  [
    ...['--config-file', CONFIG, 'run', `${daemon.endpoint.http}/openapi.json`],
    ...['--checks', CHECKS.join(','), '--max-examples', isFull ? '100' : '20', '--seed', '1'],
    ...['--request-timeout', '60', '--generation-database', 'none', '--no-color'],
    ...more,
  ],
  // It leaves a folder of what it found where it runs.
  { stdio: 'inherit', cwd: daemon.dataDir },
);
const isAlive = daemon.child.exitCode === null;
if (!isAlive) console.error(`ttsd ended with ${daemon.child.exitCode}`);
await daemon.stop();
await removeDataDirs();
process.exit(isAlive ? (status ?? 1) : 1);
