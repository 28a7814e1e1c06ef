/** Every topic. A new one is imported here, and runs with the others. */
import type { AbuseCase } from './case.ts';
import { campaign } from './campaign.ts';
import { faults } from './faults.ts';
import { files } from './files.ts';
import { kill } from './kill.ts';
import { loading } from './loading.ts';
import { models } from './models.ts';
import { operations } from './operations.ts';
import { replayLines } from './replay-lines.ts';
import { roles } from './roles.ts';
import { schemas } from './schemas.ts';
import { signals } from './signals.ts';
import { testRunner } from './test-runner.ts';
import { waits } from './waits.ts';

export const cases: readonly AbuseCase[] = [
  ...kill,
  ...signals,
  ...files,
  ...loading,
  ...faults,
  ...testRunner,
  ...models,
  ...operations,
  ...replayLines,
  ...roles,
  ...schemas,
  ...waits,
  ...campaign,
];
