/** The scopes of the complete search: every scenario in them, up to the order of its sessions. */
import type { Transaction, Word } from './model.ts';

export interface Scope {
  readonly name: string;
  readonly scenarios: readonly (readonly Transaction[])[];
}

const committed = (...words: Word[]): Transaction => ({ words, end: 'commit' });

/** Every transaction of two of these statements. */
function twoOf(words: readonly Word[]): readonly Transaction[] {
  return words.flatMap((first) => words.map((second) => committed(first, second)));
}

function pairsOf(transactions: readonly Transaction[]): readonly (readonly Transaction[])[] {
  return transactions.flatMap((a, index) => transactions.slice(index).map((b) => [a, b]));
}

/** If statements name rows by key alone, the two rows can be swapped. */
function upToNames(scenarios: readonly (readonly Transaction[])[]): readonly (readonly Transaction[])[] {
  const seen = new Set<string>();
  const text = (scenario: readonly Transaction[], renamed: boolean): string =>
    scenario
      .map(({ words, end }) =>
        [
          ...words.map((word) => (renamed ? word.replace(/[12]$/, (n) => (n === '1' ? '2' : '1')) : word)),
          end,
        ].join(),
      )
      .sort()
      .join(';');
  return scenarios.filter((scenario) => {
    if (seen.has(text(scenario, false))) return false;
    seen.add(text(scenario, false));
    seen.add(text(scenario, true));
    return true;
  });
}

const byKey: readonly Word[] = ['r1', 'r2', 'w1', 'w2'];
const writes = (transaction: Transaction): boolean => transaction.words.some((word) => !word.startsWith('r'));
const byCondition: readonly Word[] = ['r1', 'w1', 'read where', 'update all', 'delete where', 'insert'];
const conditions = /where|all/;

export const scopes: readonly Scope[] = [
  { name: 'two transactions of two statements by key', scenarios: upToNames(pairsOf(twoOf(byKey))) },
  {
    name: 'the same, one of them rolled back',
    scenarios: upToNames(
      twoOf(byKey)
        .filter(writes)
        .flatMap((one) => twoOf(byKey).map((other) => [{ ...one, end: 'rollback' as const }, other])),
    ),
  },
  {
    name: 'two transactions of two statements, some by condition',
    scenarios: pairsOf(twoOf(byCondition)).filter((scenario) =>
      scenario.some(({ words }) => words.some((word) => conditions.test(word))),
    ),
  },
  {
    name: 'three transactions: two that write both rows, or one after reading, and one that reads both',
    scenarios: [
      ...upToNames(
        [committed('w1', 'w2'), committed('w2', 'w1')].flatMap((second) =>
          [committed('r1', 'r2'), committed('r2', 'r1')].map((reader) => [
            committed('w1', 'w2'),
            second,
            reader,
          ]),
        ),
      ),
      ...[committed('r2', 'w1'), committed('read all', 'w1')].flatMap((first) =>
        [committed('r1', 'r2'), committed('r2', 'r1'), committed('read all')].map((reader) => [
          first,
          committed('w2'),
          reader,
        ]),
      ),
    ],
  },
];
