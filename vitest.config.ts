import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const condition = 'pg-lockstep-source';

export default defineConfig({
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
  test: {
    include: ['test/**/*.test.ts', 'properties/**/*.property.ts'],
    setupFiles: ['test/support/has-assertions.ts'],
    pool: 'forks',
    // Two cores: one file runs the tests, its database server takes the other. A third brings nothing.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Only what hangs is to come to an end: a busy machine is several times slower, and that is no fault.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
