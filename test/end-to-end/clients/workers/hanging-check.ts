/** A check whose worker hangs and ignores everything but SIGKILL, for the test that kills the check. */
import { check } from '../../../../src/index.ts';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { bankIn, call, nodeWorker } from '../support.ts';

const clients = nodeWorker({ env: { PID_FILE: process.env['PID_FILE'] ?? '' } });
const examples = [{ rows: {}, sessions: [[call('hang')]] }];
await check(bankIn(clients, { hang: {} }), {
  engine: postgres(),
  numRuns: 1,
  examples,
  limits: { outsideTimeoutMs: 100_000 },
});
