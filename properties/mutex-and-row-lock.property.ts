/** Claim: a mutex and a row lock never wait for each other if all sessions take the mutex first. */
import { postgres } from 'pg-lockstep/postgres';
import { lockstepFinds, lockstepTest } from 'pg-lockstep/vitest';
import { oneOrder, oppositeOrders } from '../models/mutex-and-row-lock.ts';

lockstepTest(oneOrder, { engine: postgres(), sessions: 2, seed: 'properties', numRuns: 5 });
lockstepFinds(oppositeOrders, { engine: postgres(), seed: 'properties', numRuns: 5 });
