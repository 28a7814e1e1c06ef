/** What happened, for people: one plain sentence each. */
import type { Dependency, Explanation } from '../core/explanation.ts';
import { canonicalText } from '../core/plain.ts';
import type { Scenario } from '../core/scenario.ts';
import type { OperationRef, Violation } from '../core/verdict.ts';
import type { AnomalyCode } from './anomalies.ts';
import { sameOperation } from './observed.ts';

export interface Told extends Omit<Explanation, 'sentences'> {
  /** Whether the engine told what statements read and wrote. */
  readonly observed: boolean;
  /** What aborted operations left behind. */
  readonly partly: readonly {
    readonly ref: OperationRef;
    readonly step: number;
    readonly tables: readonly string[];
  }[];
}

export function sentencesOf(scenario: Scenario, violation: Violation, told: Told): readonly string[] {
  const name = (ref: OperationRef): string => callText(scenario, ref);
  return [
    ...told.evidence.map((dependency) => dependencySentence(dependency, name)),
    ...effectSentences(told, name),
    ...(told.observed ? [] : ['what statements read and wrote is not known here: this engine does not tell']),
    ...pairSentence(told),
    ...differenceSentence(violation, name),
  ];
}

/** Longer ones are left out of sentences: the columns above them show the whole call. */
const longestArguments = 40;

function callText(scenario: Scenario, { session, operation }: OperationRef): string {
  const call = scenario.sessions[session]?.[operation];
  if (call === undefined) return `s${session + 1}`;
  const args = call.args.map(canonicalText).join(', ');
  return `s${session + 1} ${call.operation}(${args.length > longestArguments ? '...' : args})`;
}

function dependencySentence(
  { kind, from, to, fromStep, toStep, table, row, predicate, phantom, constraint }: Dependency,
  name: (ref: OperationRef) => string,
): string {
  const rows =
    row === undefined
      ? `rows of ${table}`
      : `${table} (${Object.values(row)
          .map((value) => value ?? 'null')
          .join(', ')})`;
  const [first, second] = [`step ${fromStep + 1}`, `step ${toStep + 1}`];
  const where = predicate === undefined ? '' : ` where ${predicate}`;
  if (constraint !== undefined)
    return `${name(to)} failed on ${constraint} in ${second}, because of ${rows}, which ${name(from)} had written in ${first}`;
  switch (kind) {
    case 'ww':
      return `${name(to)} overwrote in ${second} what ${name(from)} had written in ${first}: now ${rows}`;
    case 'wr':
      return phantom === true
        ? `${name(to)} read ${table}${where} in ${second} without ${rows}, which ${name(from)} had changed or deleted in ${first}`
        : `${name(to)} read in ${second} what ${name(from)} had written in ${first}: ${rows}`;
    case 'rw':
      return phantom === true
        ? `${name(from)} read ${table}${where} in ${first} and did not see ${rows}, which ${name(to)} wrote in ${second}`
        : `${name(from)} read in ${first} what ${name(to)} changed in ${second}: ${rows}`;
  }
}

function effectSentences(
  { anomaly, evidence, partly }: Told,
  name: (ref: OperationRef) => string,
): readonly string[] {
  const of = (kind: Dependency['kind']): Dependency | undefined =>
    evidence.find((each) => each.kind === kind);
  const [ww, wr, rw] = [of('ww'), of('wr'), of('rw')];
  switch (anomaly.code as AnomalyCode) {
    case 'P4':
      return ww === undefined
        ? []
        : [`so what ${name(ww.from)} wrote is lost: ${name(ww.to)} had not seen it`];
    case 'P2':
    case 'PMP':
    case 'G-single':
    case 'OTV':
      if (rw === undefined) return [];
      if (wr !== undefined && sameOperation(wr.to, rw.from) && sameOperation(wr.from, rw.to))
        return [`so ${name(rw.from)} saw one part of what ${name(rw.to)} did, and not the other`];
      return [`so ${name(rw.from)} worked on what ${name(rw.to)} had changed meanwhile`];
    case 'G1b':
      return wr === undefined ? [] : [`so ${name(wr.to)} saw ${name(wr.from)} half done`];
    case 'G1a':
      return wr === undefined ? [] : [`so ${name(wr.to)} saw what never happened`];
    case 'duplicate':
      return evidence.length === 0
        ? ['two rows are the same but for generated values, which no serial order leaves']
        : ['so both found nothing, and both inserted'];
    case 'G2-item':
    case 'G2':
      return ['so each of them decided by what another was about to change'];
    case 'swallowed-abort':
      return ['Postgres aborted a transaction, and the operation returned as if that were a result'];
    case 'lock-refused':
      return ['a row was found locked, and the operation told so; in a serial order nobody holds a lock'];
    case 'row-order':
      return ['the rows are the same, in another order'];
    case 'partial-effect':
      return partly.map(
        ({ ref, step, tables }) =>
          `${name(ref)} ended without effect, and yet what it wrote to ${tables.join(', ')} in step ${step + 1} was committed`,
      );
    default:
      return [];
  }
}

function pairSentence({ racingPair }: Told): readonly string[] {
  if (racingPair === undefined) return [];
  const { first, second } = racingPair;
  return [
    `step ${first.step + 1} of s${first.session + 1} before step ${second.step + 1} of s${second.session + 1} decides: the other way round it passes`,
  ];
}

function differenceSentence(violation: Violation, name: (ref: OperationRef) => string): readonly string[] {
  if (violation.kind !== 'not-serializable') return [];
  const { nearest, differences } = violation;
  const [first] = differences;
  if (nearest === undefined || first === undefined) return [];
  const order = nearest.order.map(name).join(', then ');
  return 'table' in first.where
    ? [`in the order ${order}, ${first.where.table} would hold ${first.expected}; it holds ${first.observed}`]
    : [`in the order ${order}, ${name(first.where)} would give ${first.expected}; it gave ${first.observed}`];
}
