/** What a reader should know beyond the verdict: of the engine, of what the code leaves behind, of how the search ended. */
import type { MadePlace } from '../core/made-place.ts';
import type { Remnant } from '../core/remnant.ts';
import { unreachable } from '../core/unreachable.ts';

/** The engine has one session, so it hides races. */
export function oneSessionRemark(engine: string): string {
  return (
    `${engine} has one session: an open transaction makes all others wait, so races between open transactions, ` +
    'which Postgres has, do not show here'
  );
}

/** Which session Postgres ends in a deadlock is left to Postgres. */
export const victimsRemark: string =
  'the server lets only superusers set deadlock_timeout: which session a deadlock ends is not controlled';

/** @param what happened: `the worker process ended with exit code 1 in deposit` */
export function exitRemark(what: string, lastLines: string): string {
  return lastLines === ''
    ? what
    : `${what}; it last wrote to standard error: ${lastLines.replaceAll('\n', ' | ')}`;
}

/** The main job ran out of time. */
export const cutShortRemark: string =
  'the search was cut short: fewer scenarios were generated than were asked for';

/** A saved failure still fails, so that was the answer. */
export function knownFailureRemark(foundAt: string, file: string): string {
  return `known since ${foundAt} (${file}) and still failing: nothing else was searched`;
}

export const interruptedRemark: string = 'interrupted before the search was over';

const remnantNames: Readonly<Record<Remnant['kind'], string>> = {
  'open transaction': 'an open transaction',
  'advisory lock': 'an advisory lock',
  'temporary table': 'a temporary table',
  setting: 'a setting',
  channel: 'a channel that it listens to',
  'prepared statement': 'a prepared statement',
  'open cursor': 'an open cursor',
  'prepared transaction': 'a prepared transaction',
  'transaction id': 'a transaction’s id (xmin)',
};

/** `a temporary table (basket)` */
export function remnantText({ kind, names }: Remnant): string {
  return names.length === 0 ? remnantNames[kind] : `${remnantNames[kind]} (${names.join(', ')})`;
}

/** @param what texts of {@link remnantText} */
export function keptRemark(operation: string, what: readonly string[]): string {
  return wholeOrdersText(`${operation} leaves ${what.join(' and ')} behind`);
}

/** A serial order run whole gave something else than operations run alone, and nothing shows what they keep. */
export const hiddenStateRemark: string = wholeOrdersText(
  'what an operation does depends on more than the tables',
);

function wholeOrdersText(why: string): string {
  return `${why}: where that matters, serial orders were run whole to compare with`;
}

/** What happens inside one statement is one step. */
export function windowRemark(operation: string): string {
  return (
    `${operation} reads rows and then writes inside one statement (a function, a trigger, insert ... where not exists): ` +
    'what others do in between is not searched'
  );
}

/** Places that are listed, at most. */
const maxListedPlaces = 6;

/** Values that differ from run to run, since the code makes them, were no reason to give up. */
export function madeRemark(places: readonly MadePlace[]): string {
  const texts = [...new Set(places.map(madePlaceText))].sort();
  const more = texts.length - maxListedPlaces;
  const listed = [...texts.slice(0, maxListedPlaces), ...(more > 0 ? [`${more} more`] : [])];
  return `values that the code makes itself, by chance, are compared up to renaming: ${listed.join(', ')}`;
}

function madePlaceText(place: MadePlace): string {
  switch (place.kind) {
    case 'column':
      return `${place.table}.${place.column}`;
    case 'result':
      return `the result of ${place.operation}`;
    case 'statement':
      return `statements of ${place.operation}`;
    default:
      return unreachable(place);
  }
}
