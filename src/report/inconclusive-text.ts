/** Why there is no verdict, and what to do about it. */
import type { Inconclusive } from '../core/result.ts';
import { formatSchedule } from '../core/schedule.ts';
import { unreachable } from '../core/unreachable.ts';
import { scenarioText } from './call-text.ts';
import { cutMiddle, oneLine } from './text.ts';
import type { Section } from './labelled.ts';

/** Longer records of a step do not help to see where two of them differ. */
const shownRecord = 240;

type Nondeterminism = Inconclusive & { readonly kind: 'nondeterminism' };

const usualHint =
  'this is neither a race nor a pass. Usual causes: a choice or a small number made by chance (values that hardly repeat, such ' +
  'as tokens and times, do no harm); rows read without ORDER BY; state kept outside the database from one run to the next. ' +
  'Pass such values in as arguments, order the rows, make the state in `shared`, which is new in each run, or compare only ' +
  'what matters of a result (`compare` of the operation)';

const lateHint =
  'this is neither a race nor a pass: every statement and every reply was the same, so what differs was written by ' +
  'something that is no step. Usual causes: a statement that is still under way when its operation returns (a missing ' +
  'await), a connection of its own beside `client` and `pool`, a trigger or a default that takes the time or chance';

/** Whether an operation run alone differed, and no schedule. */
function isAlone({ step, only }: Nondeterminism): boolean {
  return step === undefined && only === undefined;
}

function partedText(inconclusive: Nondeterminism): string {
  if (isAlone(inconclusive)) return 'the same operation run alone from the same state gave something else';
  switch (inconclusive.only) {
    case 'final tables':
      return 'the same schedule run again left other tables';
    case 'memory':
      return 'the same schedule run again left something else in the memory of a session';
    case 'verdict':
      return 'the same schedule run again was judged otherwise';
    case 'outcome':
      return 'the same schedule run again, with sequences that start elsewhere, had an outcome that differs in more than ids';
    case undefined:
      return 'the same schedule run again gave another history';
  }
}

function whereText(inconclusive: Nondeterminism): string {
  const { step, only } = inconclusive;
  if (only !== undefined) return `in the ${only} alone: every step was the same`;
  return step === undefined ? 'in an operation run alone' : `first at step ${step + 1}`;
}

/** In one line. */
export function inconclusiveReason(inconclusive: Inconclusive): string {
  switch (inconclusive.kind) {
    case 'nondeterminism':
      return `uncontrolled nondeterminism: ${partedText(inconclusive)}`;
    case 'limit':
      return oneLine(`the limit ${inconclusive.limit} was hit`);
    case 'vacuous':
      return 'the property could not have failed';
    case 'fault':
      return oneLine(`it could not be checked: ${inconclusive.message}`);
    default:
      return unreachable(inconclusive);
  }
}

/** @param stall the operation and the time, as the executor reports them */
export function stalledText(stall: string): string {
  return `${stall}: it computes, or loops, without ever awaiting anything. If it needs that long, raise --stall`;
}

/** The evidence, and a hint. */
export function inconclusiveSections(inconclusive: Inconclusive): readonly Section[] {
  switch (inconclusive.kind) {
    case 'nondeterminism':
      return [
        ['differs', [whereText(inconclusive)]],
        ['first', [cutMiddle(oneLine(inconclusive.first), shownRecord)]],
        ['then', [cutMiddle(oneLine(inconclusive.second), shownRecord)]],
        ['scenario', [scenarioText(inconclusive.scenario)]],
        ['schedule', isAlone(inconclusive) ? [] : [formatSchedule(inconclusive.schedule)]],
        ['hint', [inconclusive.only === 'final tables' ? lateHint : usualHint]],
      ];
    case 'limit':
      return [
        ['reason', [oneLine(inconclusive.detail)]],
        ['scenario', inconclusive.scenario === undefined ? [] : [scenarioText(inconclusive.scenario)]],
        ['schedule', inconclusive.schedule === undefined ? [] : [formatSchedule(inconclusive.schedule)]],
      ];
    case 'vacuous':
      return [['reason', [oneLine(inconclusive.detail)]]];
    case 'fault':
      return [
        ['reason', inconclusive.detail === undefined ? [] : [oneLine(inconclusive.detail)]],
        ['hint', inconclusive.hint === undefined ? [] : [oneLine(inconclusive.hint)]],
      ];
    default:
      return unreachable(inconclusive);
  }
}
