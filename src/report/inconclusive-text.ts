/** Why there is no verdict, and what to do about it. */
import type { Inconclusive } from '../core/result.ts';
import { formatSchedule } from '../core/schedule.ts';
import { unreachable } from '../core/unreachable.ts';
import { scenarioText } from './call-text.ts';
import { cutMiddle, oneLine } from './text.ts';
import type { Section } from './labelled.ts';

/** More of a step's record than this does not help to see where two of them part. */
const shownRecord = 240;

/** In one line. */
export function inconclusiveReason(inconclusive: Inconclusive): string {
  switch (inconclusive.kind) {
    case 'nondeterminism':
      return inconclusive.step === undefined
        ? 'uncontrolled nondeterminism: the same operation run alone from the same state gave something else'
        : 'uncontrolled nondeterminism: the same schedule run again gave another history';
    case 'limit':
      return oneLine(`the limit ${inconclusive.limit} was hit`);
    case 'vacuous':
      return 'the property could not have failed';
    default:
      return unreachable(inconclusive);
  }
}

/** The evidence, and a hint. */
export function inconclusiveSections(inconclusive: Inconclusive): readonly Section[] {
  switch (inconclusive.kind) {
    case 'nondeterminism':
      return [
        [
          'differs',
          [
            inconclusive.step === undefined
              ? 'in an operation run alone'
              : `first at step ${inconclusive.step + 1}`,
          ],
        ],
        ['first', [cutMiddle(oneLine(inconclusive.first), shownRecord)]],
        ['then', [cutMiddle(oneLine(inconclusive.second), shownRecord)]],
        ['scenario', [scenarioText(inconclusive.scenario)]],
        ['schedule', inconclusive.step === undefined ? [] : [formatSchedule(inconclusive.schedule)]],
        [
          'hint',
          [
            'this is neither a race nor a pass. Usual causes: a clock, Math.random or a uuid made in the code; rows read ' +
              'without ORDER BY; state kept outside the database from one run to the next. Pass such values in as ' +
              'arguments, order the rows, or make the state in `shared`, which every run gets anew',
          ],
        ],
      ];
    case 'limit':
      return [
        ['reason', [oneLine(inconclusive.detail)]],
        ['scenario', inconclusive.scenario === undefined ? [] : [scenarioText(inconclusive.scenario)]],
        ['schedule', inconclusive.schedule === undefined ? [] : [formatSchedule(inconclusive.schedule)]],
      ];
    case 'vacuous':
      return [['reason', [oneLine(inconclusive.detail)]]];
    default:
      return unreachable(inconclusive);
  }
}
