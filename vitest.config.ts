import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Ample: the machine may be busy. What is tested is what happens, not how fast.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than the processors of the smallest machine: most tests wait for a daemon most of the time.
    maxWorkers: 3,
  },
});
