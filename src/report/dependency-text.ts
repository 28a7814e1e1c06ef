/** One dependency in words, with the values that were read and written. No other file describes a dependency. */
import type { Dependency, RowVersion } from '../core/explanation.ts';
import type { Scenario } from '../core/scenario.ts';
import { unreachable } from '../core/unreachable.ts';
import type { OperationRef } from '../core/verdict.ts';
import { operationText, sessionText } from './call-text.ts';
import { cutMiddle, oneLine, unbroken } from './text.ts';
import { cellText, rowText } from './value-text.ts';

/** A condition or a row longer than this hides its sentence. */
const maxDetail = 60;
/** A row longer than this shows only its first column and those that change, with their names. */
const maxRow = 32;

/** `s2`, as the column's heading says; `s2 deposit(5)` if the session has several operations. */
export function whoText(scenario: Scenario, ref: OperationRef): string {
  return scenario.sessions[ref.session]?.length === 1
    ? sessionText(ref.session)
    : operationText(scenario, ref, 40);
}

export function sameDependency(one: Dependency, two: Dependency): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}

/**
 * `s2 read accounts (alice, 10) in step 1, before s1 wrote (alice, 11) in step 3 (rw)`.
 *
 * @param previous the sentence before: the row that it ended with is called "that"
 */
export function dependencyText(scenario: Scenario, dependency: Dependency, previous?: Dependency): string {
  const parts: Parts = {
    from: whoText(scenario, dependency.from),
    to: whoText(scenario, dependency.to),
    first: unbroken(`in step ${dependency.fromStep + 1}`),
    second: unbroken(`in step ${dependency.toStep + 1}`),
    table: oneLine(dependency.table),
    ...versionTexts(dependency),
    continues: previous !== undefined && continues(previous, dependency),
  };
  return `${sentence(parts, dependency)}${unbroken(` (${dependency.kind})`)}`;
}

interface Parts {
  readonly from: string;
  readonly to: string;
  readonly first: string;
  readonly second: string;
  readonly table: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly continues: boolean;
}

function sentence(parts: Parts, dependency: Dependency): string {
  switch (dependency.kind) {
    case 'ww':
      return overwriteText(parts);
    case 'wr':
      return readText(parts, dependency);
    case 'rw':
      return missedText(parts, dependency);
    default:
      return unreachable(dependency.kind);
  }
}

function overwriteText(parts: Parts): string {
  const { from, to, first, second, before, after } = parts;
  const isDeleted = before !== undefined && after === undefined;
  const verb = isDeleted ? 'deleted' : 'overwrote';
  const tail = after === undefined ? second : `with ${after} ${second}`;
  return parts.continues
    ? `${to} ${verb} that ${tail}`
    : `${from} wrote ${rowOf(parts, before)} ${first}, and ${to} ${verb} it ${tail}`;
}

function readText(parts: Parts, { constraint, phantom, predicate, lock }: Dependency): string {
  const { from, to, first, second, before, after } = parts;
  if (lock === 'skipped')
    return `${to} skipped ${rowOf(parts, before)} ${second}, which ${from} had locked ${first}`;
  if (lock === 'refused')
    return `${to} was refused ${rowOf(parts, before)} ${second}, which ${from} had taken ${first}`;
  const isDeleted = before !== undefined && after === undefined;
  if (constraint !== undefined) {
    const did = isDeleted ? `deleted ${rowOf(parts, before)}` : `written ${rowOf(parts, after)}`;
    return `${to} failed on ${oneLine(constraint)} ${second}, because ${from} had ${did} ${first}`;
  }
  if (phantom === true) {
    const did = isDeleted ? 'deleted' : 'changed';
    return `${from} ${did} ${rowOf(parts, before)} ${first}, and ${to} read ${setOf(parts, predicate)} without it ${second}`;
  }
  return parts.continues
    ? `${to} read that ${second}`
    : `${from} wrote ${rowOf(parts, after)} ${first}, and ${to} read it ${second}`;
}

function missedText(parts: Parts, { phantom, predicate, fromStep, toStep }: Dependency): string {
  const { from, to, first, second, before, after } = parts;
  const isMissed = phantom === true || (before === undefined && predicate !== undefined);
  const what = isMissed ? setOf(parts, predicate) : rowOf(parts, before);
  // A read misses writes that were not committed before its snapshot, just as it misses writes that come after it.
  const isEarlier = toStep < fromStep;
  if (after === undefined) {
    const removed = before === undefined ? 'changed' : 'deleted';
    return isEarlier
      ? `${from} still read ${what} ${first}, which ${to} had ${removed} ${second}`
      : `${from} read ${what} ${first}, before ${to} ${removed} it ${second}`;
  }
  const [wrote, written] = before === undefined ? ['inserted', 'inserted'] : ['wrote', 'written'];
  return isEarlier
    ? `${from} read ${what} ${first} without ${after}, which ${to} had ${written} ${second}`
    : `${from} read ${what} ${first}, before ${to} ${wrote} ${after} ${second}`;
}

function rowOf({ table }: Parts, row: string | undefined): string {
  return row === undefined ? unbroken(`a row of ${table}`) : unbroken(`${table} `) + row;
}

function setOf({ table }: Parts, predicate: string | undefined): string {
  return predicate === undefined
    ? unbroken(`all of ${table}`)
    : `${table} where ${detail(conditionText(predicate, table))}`;
}

/** `code = 'SUMMER'` for `(coupons.code = 'SUMMER'::text)`, which is how a plan shows a condition. */
function conditionText(condition: string, table: string): string {
  const name = table.split('.').at(-1) ?? table;
  const bare = condition
    .replaceAll(`${name}.`, '')
    .replaceAll(
      /('(?:[^']|'')*')::(?:[a-z_]\w*|"[^"]+"|character varying|timestamp with(?:out)? time zone)(?:\[\])?/gi,
      '$1',
    )
    .replaceAll(/\((\w+)\)(?:::\w+)?(?= [=<>])/g, '$1');
  return /^\([^()]*\)$/.test(bare) ? bare.slice(1, -1) : bare;
}

/** Whether this dependency begins with the write that the previous one ended with. */
function continues(
  previous: Dependency,
  { kind, from, fromStep, table, before, after }: Dependency,
): boolean {
  const row = kind === 'ww' ? before : after;
  return (
    kind !== 'rw' &&
    row !== undefined &&
    previous.kind !== 'wr' &&
    previous.toStep === fromStep &&
    previous.to.session === from.session &&
    previous.table === table &&
    JSON.stringify(previous.after) === JSON.stringify(row)
  );
}

function versionTexts({ before, after }: Dependency): Pick<Parts, 'before' | 'after'> {
  const whole = [before, after].map((row) => (row === undefined ? undefined : rowText(Object.values(row))));
  const fits = whole.every((text) => text === undefined || text.length <= maxRow);
  const columns = fits ? undefined : changedColumns(before, after);
  const textOf = (row: RowVersion | undefined): string | undefined => {
    if (row === undefined) return undefined;
    const cells = columns?.map((column) => `${oneLine(column)} ${cellText(row[column])}`);
    return unbroken(detail(cells === undefined ? rowText(Object.values(row)) : `(${cells.join(', ')})`));
  };
  return { before: textOf(before), after: textOf(after) };
}

/** The first column, usually the key, and those that change; undefined if there is nothing to compare. */
function changedColumns(
  before: RowVersion | undefined,
  after: RowVersion | undefined,
): readonly string[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  return Object.keys(before).filter((column, index) => index === 0 || before[column] !== after[column]);
}

function detail(text: string): string {
  return cutMiddle(oneLine(text), maxDetail);
}
