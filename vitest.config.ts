import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const condition = 'pg-lockstep-source';

export default defineConfig({
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
  test: {
    include: ['test/**/*.test.ts', 'properties/**/*.property.ts'],
    pool: 'forks',
    // Two cores: a file and its server work by turns, and many a test waits for a process to start or a limit to pass.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Only what hangs is to come to an end: a busy machine is several times slower, and that is no fault.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
