import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../src/engine/failure.ts';

function databaseError(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('could not serialize access', 1, 'error');
  return Object.assign(error, { code, severity: 'ERROR' });
}

const stateOf = (thrown: unknown): unknown => {
  const answer = failureOf(thrown);
  return answer.kind === 'failed' ? answer.sqlstate : undefined;
};

describe('an abort is found wherever a library keeps it', () => {
  const aborted = databaseError('40001');
  test.each([
    ['as it is', aborted],
    ['in a cause', new Error('Failed query', { cause: aborted })],
    ['in a cause of a cause', new Error('a', { cause: new Error('b', { cause: aborted }) })],
    ['Sequelize', Object.assign(new Error('x'), { parent: aborted, original: aborted })],
    ['Objection', Object.assign(new Error('x'), { nativeError: aborted })],
    ['TypeORM', Object.assign(new Error('x'), { driverError: { code: '40001' } })],
    ['Prisma, a raw query', { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '40001' } } } }],
    ['Prisma', Object.assign(new Error('x'), { code: 'P2034' })],
    ['one of several', new AggregateError([new Error('x'), aborted])],
  ])('%s', (_, thrown) => expect(stateOf(thrown)).toBe('40001')); // prettier-ignore

  test('a deadlock is one, too', () => {
    expect(stateOf(new Error('x', { cause: databaseError('40P01') }))).toBe('40P01');
  });

  test('any other wrapped error is the answer that the code gives', () => {
    const taken = failureOf(Object.assign(new Error('name taken', { cause: databaseError('23505') })));
    expect(taken).toMatchObject({
      kind: 'failed',
      sqlstate: undefined,
      name: 'Error',
      message: 'name taken',
    });
    expect(failureOf(databaseError('23505'))).toMatchObject({ sqlstate: '23505', name: 'DatabaseError' });
  });
});

test('anything can be thrown', () => {
  const loop = new Error('loop');
  loop.cause = new AggregateError([loop]);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const trap = {
    get code(): string {
      throw new Error('no');
    },
    get message(): string {
      throw new Error('no');
    },
  };
  const mute = Object.assign(Object.create(null) as object, { toString: undefined });
  const thrown = [undefined, null, 0, 'no', Symbol('s'), loop, proxy, trap, mute, Object.freeze({ code: 1 })];
  expect(thrown.map((each) => failureOf(each)).map((answer) => answer.kind)).toEqual(
    thrown.map(() => 'failed'),
  );
  expect(failureOf(Symbol('s'))).toMatchObject({ name: 'symbol', message: 'Symbol(s)' });
});
