/**
 * A schedule determines which session takes each step. It is plain data: a list of deviations from the rule
 * "go on with the current session while it can, else the lowest-numbered runnable one", so that it keeps
 * its meaning when the scenario shrinks or the code under test changes a little.
 */
import { Fault } from './fault.ts';

/** At step `step` (counted from 0) the rule is not followed; `session` (counted from 0) goes instead. */
export interface Deviation {
  readonly step: number;
  readonly session: number;
}

/** Deviations in increasing order of step. The empty list is the rule itself. */
export type Schedule = readonly Deviation[];

/** What the scheduler sees when it must choose: everything is quiet and at least one session is runnable. */
export interface ChoicePoint {
  /** The number of the step to be chosen, counted from 0. */
  readonly step: number;
  /** The session that took the last step; undefined before the first. */
  readonly current: number | undefined;
  /** Sessions that can take a step, in increasing order; never empty. */
  readonly runnable: readonly number[];
  /**
   * Sessions that could go but spin, so that the others go first (fair scheduling); absent if there are none. Their next
   * steps are not searched here.
   */
  readonly passedOver?: readonly number[];
}

/** One decision of the scheduler. */
export interface Choice {
  readonly point: ChoicePoint;
  readonly chosen: number;
}

/** The session that the rule chooses. */
export function defaultChoice(point: ChoicePoint): number {
  if (point.current !== undefined && point.runnable.includes(point.current)) return point.current;
  const lowest = point.runnable[0];
  if (lowest === undefined) throw new Error('a choice point needs a runnable session');
  return lowest;
}

/** Whether taking `session` here leaves a session that could have gone on (a CHESS context switch). */
export function isPreemption(point: ChoicePoint, session: number): boolean {
  return point.current !== undefined && session !== point.current && point.runnable.includes(point.current);
}

/** The choices of an execution as their deviations from the rule. */
export function scheduleOf(choices: readonly Choice[]): Schedule {
  return choices
    .filter(({ point, chosen }) => chosen !== defaultChoice(point))
    .map(({ point, chosen }) => ({ step: point.step, session: chosen }));
}

/** The number of preemptions among the choices of an execution. */
export function preemptionsOf(choices: readonly Choice[]): number {
  return choices.filter(({ point, chosen }) => isPreemption(point, chosen)).length;
}

/** Versioned text form: `1` alone is the rule, `1;4>2;7>1` goes to s2 at step 4 and to s1 at step 7 (both from 1). */
export function formatSchedule(schedule: Schedule): string {
  return ['1', ...schedule.map(({ step, session }) => `${step + 1}>${session + 1}`)].join(';');
}

/** @throws Fault `bad-schedule` if the text is not a schedule of a known version */
export function parseSchedule(text: string): Schedule {
  const [version, ...parts] = text.split(';');
  if (version !== '1') {
    throw new Fault(`cannot read the schedule "${text}"`, {
      code: 'bad-schedule',
      kind: 'usage',
      detail: `its version is "${version ?? ''}", this release reads version 1`,
    });
  }
  let last = -1;
  return parts.map((part) => {
    const match = /^([1-9]\d{0,8})>([1-9]\d{0,8})$/.exec(part);
    const step = Number(match?.[1]) - 1;
    const session = Number(match?.[2]) - 1;
    if (match === null || step <= last) {
      throw new Fault(`cannot read the schedule "${text}"`, {
        code: 'bad-schedule',
        kind: 'usage',
        detail: `"${part}" is not STEP>SESSION with increasing steps`,
        hint: 'the text was cut or changed: copy the whole replay line',
      });
    }
    last = step;
    return { step, session };
  });
}
