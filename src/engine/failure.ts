/** Turns what an operation threw into an answer. Anything can be thrown, and libraries wrap the database's errors. */
import { messageOf } from '../core/fault.ts';
import type { Answer } from '../core/model.ts';
import { abortStates } from '../core/verdict.ts';

/** Where libraries keep the error that they wrap: Drizzle, TypeORM, Sequelize (two), Objection, Prisma's adapters. */
const wrappers = ['cause', 'driverError', 'parent', 'original', 'nativeError', 'meta', 'driverAdapterError'];
/** Properties in which they keep its SQLSTATE. */
const codes = ['code', 'originalCode', 'sqlState'];
/** Prisma's own code for "a write conflict or a deadlock", which keeps no SQLSTATE. */
const prismaConflict = 'P2034';
/** Errors to look at: no library wraps this often, and a chain may lead back to its start. */
const maxErrors = 50;

export function failureOf(thrown: unknown): Answer {
  const code = read(thrown, 'code');
  const constraint = read(thrown, 'constraint');
  const isDatabaseError =
    typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && read(thrown, 'severity') !== undefined;
  const name = read(thrown, 'name');
  const message = read(thrown, 'message');
  return {
    kind: 'failed',
    // An abort stays one however it is wrapped: it asks the caller to try again. Any other wrapped error is the code's
    // own answer, and its class and message are compared.
    sqlstate: isDatabaseError ? code : abortWithin(thrown),
    constraint: typeof constraint === 'string' ? constraint : undefined,
    name: isDatabaseError ? 'DatabaseError' : typeof name === 'string' ? name : typeof thrown,
    message: typeof message === 'string' ? message : messageOf(thrown),
  };
}

/** The SQLSTATE by which Postgres asked to run the transaction again, wherever in the error it stands. */
function abortWithin(thrown: unknown): string | undefined {
  const errors = [thrown];
  for (let at = 0; at < errors.length && at < maxErrors; at += 1) {
    const error = errors[at];
    for (const code of codes) {
      const value = read(error, code);
      if (value === prismaConflict) return '40001';
      if (typeof value === 'string' && abortStates.has(value)) return value;
    }
    const collected = read(error, 'errors');
    const inner = [...wrappers.map((key) => read(error, key)), ...(isList(collected) ? collected : [])];
    for (const next of inner) {
      if (typeof next === 'object' && next !== null && !errors.includes(next)) errors.push(next);
    }
  }
  return undefined;
}

/** A property of anything; undefined if there is none or reading it throws. */
function read(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
