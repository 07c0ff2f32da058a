// Notes in dist/ which commit it was built from: node scripts/write-commit.js. Outside a repository
// TTSD_COMMIT says it, or there is none to note.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const git = (...words) => spawnSync('git', ['-C', root, ...words], { encoding: 'utf8' });
const top = git('rev-parse', '--show-prefix', '--short', 'HEAD');
const [prefix, commit] = top.stdout?.split('\n') ?? [];
const file = join(root, 'dist', 'commit');
// In somebody else's repository, say below node_modules, the commit would be theirs.
const own = top.status === 0 && prefix === '' && commit ? commit : process.env.TTSD_COMMIT;
if (own) writeFileSync(file, `${own}\n`);
else rmSync(file, { force: true });
