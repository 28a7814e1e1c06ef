/** Claim: a job of the queue is taken by one worker, and counts once, also if its worker only seemed dead. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { held, selecting } from '../models/fleet-queue.ts';

const options = { isolation: 'read committed', sessions: 2, seed: 'properties', numRuns: 5 } as const;

lockstepTest(held, { engine: postgres(), ...options });
lockstepFinds(selecting, { engine: postgres(), ...options });
