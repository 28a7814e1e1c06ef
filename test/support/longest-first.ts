/**
 * The order of the test files: the longest first. A clean clone has no durations of an earlier run, and Vitest then goes by
 * the size of the files: the longest are a few lines over a suite, would come last, and one worker would have nothing to do.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those of half a minute and more, longest first. */
const longest = [
  'test/end-to-end/replay.test.ts',
  'test/end-to-end/clients/examples.test.ts',
  'test/end-to-end/examples.test.ts',
  'test/end-to-end/cli/bad-input.test.ts',
  'test/libraries/libraries.test.ts',
  'test/end-to-end/reduction.test.ts',
  'test/abuse/quick.test.ts',
  'test/end-to-end/cli/certify.test.ts',
  'test/end-to-end/cli/check.test.ts',
  'test/end-to-end/cli/fleet.test.ts',
  'test/end-to-end/ci.test.ts',
  'test/end-to-end/exports/scripts.test.ts',
  'test/end-to-end/exports/regression.test.ts',
  'test/docs.test.ts',
  'test/end-to-end/cli/fuzz.test.ts',
  'test/end-to-end/generated-values.test.ts',
  'test/end-to-end/shards.test.ts',
  'test/end-to-end/cli/helpers.test.ts',
  'test/end-to-end/hook.test.ts',
  'test/end-to-end/cli/export.test.ts',
  'test/end-to-end/clients/process-ends.test.ts',
  'test/end-to-end/made-values.test.ts',
  'test/end-to-end/outside-verdicts.test.ts',
  'test/end-to-end/clients/processes.test.ts',
  'test/unit/engine/odd-schemas.test.ts',
  'test/unit/check/check.test.ts',
  'test/unit/driver/pglite/open.test.ts',
  'test/unit/hunt/hunt.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = longest.filter((file) => !existsSync(join(root, file)));
    if (gone.length > 0)
      throw new Error(`longest-first.ts names a file that is not there: ${gone.join(', ')}`);
    const place = new Map(longest.map((file, index) => [join(root, file), index]));
    const placeOf = ({ moduleId }: TestSpecification): number => place.get(moduleId) ?? longest.length;
    // A process goes on with the next file only if that one takes no process of its own: so those come last.
    const apart = ({ project }: TestSpecification): number => (project.config.isolate ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => apart(a) - apart(b) || placeOf(a) - placeOf(b));
  }
}
