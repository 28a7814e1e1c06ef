/**
 * The news of a check: what its schedules showed for the first time, and how many in a row have shown nothing new. A
 * fuzzer stops on such a streak, too; how likely the next schedule is to show something new falls as the streak grows
 * (Böhme, "STADS: Software Testing as Species Discovery", TOSEM 27(2), 2018).
 */
import type { Scenario } from '../core/scenario.ts';
import type { InteractionTally } from '../tally/interaction-tally.ts';

/**
 * `glance`: only the first schedules of each scenario are run; `rest`: a scenario goes on where the glance left it; `whole`:
 * each scenario is searched by itself, however often it comes.
 */
export type Sweep = 'glance' | 'rest' | 'whole';

export class News {
  /** Operations that met in a scenario. */
  readonly #meetings = new Set<string>();
  #sights = 0;
  readonly #streaks: Record<Sweep, number> = { glance: 0, rest: 0, whole: 0 };

  /**
   * A search of a scenario went on for this many schedules.
   *
   * @param tally of the whole check, with these schedules
   */
  add(sweep: Sweep, scenario: Scenario, schedules: number, { sights }: InteractionTally): void {
    const meetings = this.#meetings.size;
    this.#meetings.add(meetingOf(scenario));
    const isNew = sights > this.#sights || this.#meetings.size > meetings;
    this.#sights = sights;
    // Which of the schedules showed it is not known: none of them counts.
    this.#streaks[sweep] = isNew ? 0 : this.#streaks[sweep] + schedules;
    // New scenarios are worth another look in depth.
    if (isNew && sweep === 'glance') this.#streaks.rest = 0;
  }

  /** Schedules in a row that showed nothing new. Breadth and depth count apart: a search may be over in depth while new scenarios still come. */
  streak(sweep: Sweep): number {
    return this.#streaks[sweep];
  }
}

/** The operations of each session; which session comes first makes no difference. */
function meetingOf({ sessions }: Scenario): string {
  return sessions
    .map((calls) => calls.map(({ operation }) => operation).join())
    .sort()
    .join('\0');
}
