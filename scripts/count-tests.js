// Prints how vitest's JSON reports ended, by name for what was skipped: `N passed, N failed, N skipped` is the last line.
import { readFileSync } from 'node:fs';

const files = process.argv.slice(2).flatMap((path) => JSON.parse(readFileSync(path, 'utf8')).testResults);
const tests = files.flatMap((file) => file.assertionResults);
const skipped = tests.filter(
  ({ status }) => status === 'pending' || status === 'skipped' || status === 'todo',
);
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
// A file that could not be loaded has no tests of its own to count.
const brokenFiles = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
const failed = tests.filter(({ status }) => status === 'failed').length + brokenFiles.length;
const passed = tests.filter(({ status }) => status === 'passed').length;
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
