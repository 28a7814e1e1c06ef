/**
 * The name of a violation: the most specific entry of the table whose evidence is there. If it is not known what
 * statements read and wrote, only the outcome can prove a name. If nothing proves one, it is `unclassified`.
 */
import type { AnomalyName, Dependency } from '../core/explanation.ts';
import type { Answer } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import { abortStates, isAbort, type OperationRef, type Violation } from '../core/verdict.ts';
import { anomaly, type AnomalyCode } from './anomalies.ts';
import { dependencyOf, touches, type Edge } from './edge.ts';
import { sameOperation, type ObservedStatement } from './observed.ts';
import type { Phenomenon } from './phenomena.ts';

export interface Classification {
  readonly anomaly: AnomalyName;
  readonly evidence: readonly Dependency[];
}

export interface Grounds {
  readonly violation: Violation;
  readonly answers: readonly (readonly Answer[])[];
  /** Undefined if nothing could be observed. */
  readonly statements: readonly ObservedStatement[] | undefined;
  /** Every proved anomaly, the most specific first. */
  readonly phenomena: readonly Phenomenon[];
  readonly edges: readonly Edge[];
  /** Locks of others that statements met and did not wait for. */
  readonly locked: readonly Dependency[];
  readonly isGenerated: (table: string, column: string) => boolean;
  /** Statements that failed. */
  readonly errors: readonly {
    readonly ref: OperationRef;
    readonly sqlstate: string;
    readonly constraint: string | undefined;
    readonly message: string;
  }[];
}

export const unclassified: AnomalyName = { code: 'unclassified', name: 'unclassified' };

/** Operations that ended in an abort or a refusal, and so should have had no effect. */
export function abortedIn({
  violation,
  answers,
}: Pick<Grounds, 'violation' | 'answers'>): readonly OperationRef[] {
  if (violation.kind === 'not-serializable') return violation.aborted;
  return answers.flatMap((list, session) =>
    list.flatMap((answer, operation) => (isAbort(answer) ? [{ session, operation }] : [])),
  );
}

/** Statements of aborted operations whose writes became visible all the same. */
export function partlyDone(
  grounds: Pick<Grounds, 'violation' | 'answers' | 'statements'>,
): readonly ObservedStatement[] {
  const aborted = abortedIn(grounds);
  return (grounds.statements ?? []).filter(
    ({ ref, published, writes }) =>
      published !== undefined && writes.length > 0 && aborted.some((each) => sameOperation(each, ref)),
  );
}

export function nameOf(grounds: Grounds): Classification {
  const { violation, edges } = grounds;
  const phenomena = relevant(grounds);
  if (violation.kind !== 'not-serializable' && violation.kind !== 'invariant') return named(violation.kind);
  const torn = partlyDone(grounds)[0]?.ref;
  if (torn !== undefined) {
    return named(
      'partial-effect',
      edges.filter(({ writer }) => writer !== undefined && sameOperation(writer.ref, torn)),
    );
  }
  const failure = grounds.errors.find(
    ({ ref, sqlstate }) =>
      (abortStates.has(sqlstate) || sqlstate === lockNotAvailable) &&
      isWrong(ref, violation) &&
      !hasAborted(ref, grounds),
  );
  if (failure !== undefined)
    return named(abortStates.has(failure.sqlstate) ? 'swallowed-abort' : 'lock-refused');
  if (hasCatalogueRace(grounds)) return named('catalogue-race');
  const failed = failedOnConstraint(grounds);
  const proved = phenomena.find(
    ({ code, evidence }) =>
      code !== 'constraint-error' || failed.some((ref) => evidence.some(({ to }) => sameOperation(to, ref))),
  );
  if (proved !== undefined) return named(proved.code, proved.evidence);
  if (violation.kind === 'invariant') return named('invariant');
  const found = foundLocked(grounds);
  if (found !== undefined) return found;
  if (failed.length > 0) return named('constraint-error');
  if (hasDuplicates(grounds)) return named('duplicate');
  if (differsInOrder(violation)) return named('row-order');
  return { anomaly: unclassified, evidence: [] };
}

/**
 * If only answers are wrong, the phenomena that involve an operation with a wrong answer: updates that commute make cycles
 * too, which do no harm. If there are none, all phenomena.
 */
function relevant({ phenomena, violation }: Grounds): readonly Phenomenon[] {
  if (violation.kind !== 'not-serializable') return phenomena;
  const refs = violation.differences.flatMap(({ where }) => ('session' in where ? [where] : []));
  if (refs.length < violation.differences.length) return phenomena;
  const found = phenomena.filter(({ evidence }) =>
    evidence.some((edge) => refs.some((ref) => touches(edge, ref))),
  );
  return found.length > 0 ? found : phenomena;
}

function named(code: AnomalyCode, evidence: readonly Edge[] = []): Classification {
  return { anomaly: { code, name: anomaly(code).name }, evidence: evidence.map(dependencyOf) };
}

/** Without a cycle: an operation with a wrong answer passed over rows that another held, or was refused a lock. */
function foundLocked({ locked, statements, violation }: Grounds): Classification | undefined {
  const wrong = locked.filter(({ to }) => isWrong(to, violation));
  const skipped = wrong.filter(({ lock }) => lock === 'skipped');
  if (skipped.length > 0) return { ...named('lock-skipped'), evidence: skipped.slice(0, 1) };
  // A try that is repeated until it succeeds is no refusal.
  const gaveUp = (statements ?? []).some(
    ({ ref, refused, step }) =>
      refused &&
      isWrong(ref, violation) &&
      !(statements ?? []).some(
        (later) =>
          sameOperation(later.ref, ref) && later.step > step && later.advisory.length > 0 && !later.refused,
      ),
  );
  if (!gaveUp) return undefined;
  return {
    ...named('try-lock-refused'),
    evidence: wrong.filter(({ lock }) => lock === 'refused').slice(0, 1),
  };
}

/** Errors if two sessions create one object at once: duplicate table, schema, object, function, column. */
const alreadyThere: ReadonlySet<string> = new Set(['42P07', '42P06', '42710', '42723', '42701']);

/** Whether an error from the system catalogue is a wrong answer. */
function hasCatalogueRace({ errors, violation }: Grounds): boolean {
  return (
    violation.kind === 'not-serializable' &&
    errors.some(
      ({ ref, sqlstate, constraint, message }) =>
        isWrong(ref, violation) &&
        (alreadyThere.has(sqlstate) ||
          (sqlstate === '23505' && constraint?.startsWith('pg_') === true) ||
          (sqlstate === 'XX000' && message.startsWith('tuple concurrently '))),
    )
  );
}

const lockNotAvailable = '55P03';

/** Whether the operation's answer differs from the one in the nearest serial outcome. */
function isWrong(ref: OperationRef, violation: Violation): boolean {
  return (
    violation.kind !== 'not-serializable' ||
    violation.differences.some(({ where }) => 'session' in where && sameOperation(where, ref))
  );
}

function hasAborted(ref: OperationRef, grounds: Grounds): boolean {
  return abortedIn(grounds).some((each) => sameOperation(each, ref));
}

/** Operations whose error by a constraint no nearest order gives. SQLSTATE class 23. */
function failedOnConstraint({ violation, answers }: Grounds): readonly OperationRef[] {
  return answers.flatMap((list, session) =>
    list.flatMap((answer, operation) => {
      const ref = { session, operation };
      const failed = answer.kind === 'failed' && answer.sqlstate?.startsWith('23') === true;
      return failed && isWrong(ref, violation) ? [ref] : [];
    }),
  );
}

/** Some serial order gives the same results and tables, but for the order of rows in results. */
function differsInOrder(violation: Violation): boolean {
  if (violation.kind !== 'not-serializable') return false;
  const { observed, nearest, differences } = violation;
  if (nearest === undefined) return false;
  return differences.every(({ where }) => {
    if (!('session' in where)) return false;
    const [own, wanted] = [observed, nearest].map(({ answers }) => answers[where.session]?.[where.operation]);
    return canonicalText(unordered(own)) === canonicalText(unordered(wanted));
  });
}

/** The value with its lists sorted. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = value.map((item) => [canonicalText(unordered(item)), unordered(item)] as const);
    return texts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
  }
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unordered(item)]));
}

/** Two rows that differ only in generated values, in a table in which no serial order leaves such a pair. */
function hasDuplicates({ violation, isGenerated }: Grounds): boolean {
  if (violation.kind !== 'not-serializable' || !violation.complete) return false;
  const { observed, serial, differences } = violation;
  return differences.some(({ where }) => {
    if (!('table' in where)) return false;
    const duplicatesIn = (state: typeof observed.state): boolean => {
      const table = state.tables[where.table];
      if (table === undefined) return false;
      const texts = table.rows.map((row) =>
        JSON.stringify(row.filter((_, index) => !isGenerated(where.table, table.columns[index] ?? ''))),
      );
      return new Set(texts).size < texts.length;
    };
    return duplicatesIn(observed.state) && !serial.some(({ state }) => duplicatesIn(state));
  });
}
