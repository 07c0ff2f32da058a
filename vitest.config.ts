import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They wait most; begun last, one of them would run alone at the end. */
const LONGEST = [
  'daemon/faults',
  'crash/crash',
  'daemon/kill',
  'cli/commands/doctor',
  'daemon/http/cloning',
  'daemon/http/resume-stream',
  'web/access',
  'power-loss/power-loss',
  'daemon/http/limits',
  'cli/interrupt',
  'daemon/jobs/kill',
  'web/speak',
  'web/survive',
  'daemon/retention',
  'daemon/drain',
  'daemon/disk-faults',
  'daemon/inference/two-models',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

// Each test file is a process, and each store in it a thread, that would strip and compile the same TypeScript again.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    // Ample: the machine may be busy. What is tested is what happens, not how fast.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 100_000 } },
    // What a file changes outside itself it puts back; a process for each would cost a fifth of a second.
    isolate: false,
    // Twice the processors of the smallest machine: most tests wait for a daemon most of the time.
    maxWorkers: 4,
  },
});
