/** Entries of a corpus, made for tests. */
import fc from 'fast-check';
import { isolationLevels } from '../../../../src/core/isolation.ts';
import { idOf, type RaceIdentity } from '../../../../src/campaign/corpus/identity.ts';
import type { CorpusEntry, RaceState } from '../../../../src/campaign/corpus/entry.ts';

export const identity: RaceIdentity = {
  model: 'bank/faulty',
  driver: 'postgres',
  isolation: 'read committed',
  kind: 'not-serializable',
  operations: ['deposit', 'deposit'],
  anomaly: 'P4',
  pair: ['select balance from accounts', 'update accounts set balance = ?'],
  tables: ['accounts'],
};

export function entryWith(
  more: Partial<RaceIdentity> = {},
  rest: Partial<Omit<CorpusEntry, 'id' | 'identity'>> = {},
): CorpusEntry {
  const whole = { ...identity, ...more };
  return {
    id: idOf(whole),
    identity: whole,
    replay: 'v1:abc.12345678',
    found: { at: '2026-11-30T01:02:03.000Z', seed: 7, schedules: 12, engine: 'postgres 18.4' },
    state: { kind: 'fails', seen: '2026-11-30T01:02:03.000Z' },
    title: 'lost update (P4): deposit and deposit',
    story: ['VIOLATION  lost update (P4)', '', '      s1 deposit(1)'],
    ...rest,
  };
}

/** Any text, also one that no line of a file can hold as it is. */
const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '"', 'a\nb', '\r', 'a\u2028b', '# a', 'a: b', '\ud800', '\\n', 'nightly '),
);
const date = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
  .map((each) => each.toISOString());

export const entries: fc.Arbitrary<CorpusEntry> = fc
  .record({
    identity: fc.record({
      model: fc.stringMatching(/^[\w.-]{1,9}(\/[\w.-]{1,9})?$/),
      driver: fc.constantFrom('postgres', 'pglite'),
      isolation: fc.constantFrom(...isolationLevels),
      kind: fc.constantFrom('not-serializable', 'stuck', 'invariant', 'specification', 'unawaited', 'abort'),
      operations: fc.array(text).map((each) => each.toSorted()),
      anomaly: fc.constantFrom('P4', 'G2-item', 'unclassified'),
      pair: fc.option(fc.tuple(text, text), { nil: undefined }),
      tables: fc.array(text).map((each) => each.toSorted()),
    } satisfies { [K in keyof RaceIdentity]: fc.Arbitrary<RaceIdentity[K]> }),
    replay: fc.stringMatching(/^v1:[\w-]{1,50}\.[\w]{8}$/),
    found: fc.record({
      at: date,
      seed: fc.oneof(fc.integer(), text),
      schedules: fc.nat(),
      engine: fc.constant('postgres 18.4'),
    }),
    state: fc.oneof<fc.Arbitrary<RaceState>[]>(
      fc.record({ kind: fc.constantFrom('fails', 'regression'), seen: date }),
      fc.record({ kind: fc.constant('retired'), seen: date, reason: text }),
    ),
    title: text,
    story: fc.array(fc.stringMatching(/^[ \x21-\x7eé]*$/).map((each) => each.trimEnd())),
  })
  .map((entry) => ({ ...entry, id: idOf(entry.identity) }));
