import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const condition = 'pg-lockstep-source';
/** They end what they start, and change nothing of their process for longer than a test. */
const together = ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'];

export default defineConfig({
  resolve: { conditions: [condition] },
  ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
  test: {
    setupFiles: ['test/support/has-assertions.ts'],
    pool: 'forks',
    // Two cores: one file runs the tests, its database server takes the other. A third brings nothing.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Only what hangs is to come to an end: a busy machine is several times slower, and that is no fault.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts', 'properties/**/*.property.ts'],
          exclude: ['**/node_modules/**', ...together],
        },
      },
      // One process after another would load all of the source for a few short tests.
      { extends: true, test: { name: 'together', include: together, isolate: false } },
    ],
  },
});
