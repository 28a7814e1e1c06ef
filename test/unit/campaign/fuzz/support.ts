/** Targets and findings without a model. */
import { targetsOf, type Target } from '../../../../src/campaign/fuzz/target.ts';
import type { RoundFindings } from '../../../../src/campaign/fuzz/target-state.ts';
import { factsOf } from '../../../../src/campaign/model-facts.ts';

export function targets(...names: readonly string[]): readonly Target[] {
  const place = { file: 'models/some.ts', absolute: '/models/some.ts', exported: undefined };
  return targetsOf(
    names.map((name) => ({
      model: factsOf({ name, schema: '', operations: {} } as never, place),
      engine: 'postgres',
      isolation: 'read committed',
      order: 'session',
    })),
  );
}

export function findings(more: Partial<RoundFindings> = {}): RoundFindings {
  return { size: 0, schedules: 100, sights: [], finds: [], newRaces: 0, duplicates: 0, ...more };
}
