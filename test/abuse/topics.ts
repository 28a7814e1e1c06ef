/** Every topic. A new one is imported here, and runs with the others. */
import type { AbuseCase } from './case.ts';
import { kill } from './kill.ts';
import { models } from './models.ts';
import { replayLines } from './replay-lines.ts';
import { roles } from './roles.ts';
import { schemas } from './schemas.ts';
import { waits } from './waits.ts';

export const cases: readonly AbuseCase[] = [
  ...kill,
  ...models,
  ...replayLines,
  ...roles,
  ...schemas,
  ...waits,
];
