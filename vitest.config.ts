import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const condition = 'pg-lockstep-source';
const index = fileURLToPath(new URL('src/index.ts', import.meta.url));

export default defineConfig({
  // The examples have a package.json of their own, so that the name would lead nowhere until they are installed.
  resolve: { conditions: [condition], alias: [{ find: /^pg-lockstep$/, replacement: index }] },
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
