/** What Postgres never shows, and a careless engine would: the reply has the last word on which version was seen. */
import { describe, expect, it } from 'vitest';
import { dependenciesOf } from '../../../src/explain/dependencies.ts';
import type { ObservedStatement } from '../../../src/explain/observed.ts';
import { phenomenaOf } from '../../../src/explain/phenomena.ts';
import { knowledge, read, statement, write } from '../../support/observed-statements.ts';

const codes = (statements: readonly ObservedStatement[]): readonly string[] => [
  ...new Set(phenomenaOf(dependenciesOf(statements, knowledge), knowledge).map(({ code }) => code)),
];

describe('a version that was never installed', () => {
  const writing = statement(0, 0, write(10, 11, { undone: 2 }));
  it('is an aborted read if the reply shows it', () => {
    expect(codes([writing, statement(1, 1, read(1, 11))])).toEqual(['G1a']);
  });
  it('is nothing if the reply shows the row as it was', () => {
    expect(codes([writing, statement(1, 1, read(1, 10))])).toEqual([]);
  });
});

describe('a version that its transaction overwrote', () => {
  const writing = [
    statement(0, 0, write(10, 11, { published: 3 })),
    statement(0, 2, write(11, 12, { published: 3 })),
  ];
  it('is an intermediate read if the reply shows it', () => {
    expect(codes([...writing, statement(1, 1, read(1, 11))])).toContain('G1b');
  });
  it('is nothing if the reply shows the row as it was', () => {
    expect(codes([...writing, statement(1, 1, read(1, 10))])).toEqual([]);
  });
});

describe('a transaction of which one part was seen, and then another part was not', () => {
  const writing = [
    statement(0, 0, write(10, 11, { published: 2 })),
    statement(0, 1, write(20, 21, { published: 2 })),
  ];
  it('has vanished', () => {
    expect(codes([...writing, statement(1, 3, read(1, 11)), statement(1, 4, read(2, 20))])).toEqual([
      'OTV',
      'G-single',
    ]);
  });
  it('has not if it was missed first', () => {
    const reading = [statement(1, 1.5, read(2, 20)), statement(1, 4, read(1, 11))];
    expect(codes([...writing, ...reading])).toEqual(['G-single']);
  });
});

it('an operation that had no effect is part of no cycle', () => {
  const writing = [
    statement(0, 0, write(10, 11, { published: 2 })),
    statement(0, 1, write(20, 21, { published: 2 })),
  ];
  const all = [...writing, statement(1, 1.5, read(2, 20)), statement(1, 4, read(1, 11))];
  const dependencies = dependenciesOf(all, knowledge);
  expect(phenomenaOf(dependencies, knowledge, [], [{ session: 1, operation: 0 }])).toEqual([]);
  expect(phenomenaOf(dependencies, knowledge, [], [{ session: 2, operation: 0 }])).toHaveLength(1);
});

describe('two reads of each other before anything was committed', () => {
  const writing = [
    statement(0, 0, write(10, 11, { published: 4 })),
    statement(1, 1, write(20, 21, { published: 5 })),
  ];
  it('is circular information flow', () => {
    expect(codes([...writing, statement(0, 2, read(2, 21)), statement(1, 3, read(1, 11))])).toEqual(['G1c']);
  });
  it('is write skew if each saw the other row as it was', () => {
    expect(codes([...writing, statement(0, 2, read(2, 20)), statement(1, 3, read(1, 10))])).toEqual([
      'G2-item',
    ]);
  });
});
