/**
 * The exhaustive search of one scenario, divided among executors. One process plans: it alone knows which traces were run and
 * which steps depend on each other, observes every execution, and hands out the beginnings of the next ones. The others run
 * and judge them. So a race whose first step lies in any beginning is reversed wherever it was seen, each class of equivalent
 * schedules counts once, and there are as many as one process counts; at most, some are run twice, since two beginnings that
 * lead to one class may be under way at once.
 */
import { Bell } from '../core/bell.ts';
import type { Inconclusive } from '../core/result.ts';
import type { Observer } from '../footprint/observer.ts';
import { Trial } from '../lab/trial.ts';
import { Reduced, type PlannedRun } from '../strategy/reduced.ts';
import { InteractionTally } from '../tally/interaction-tally.ts';
import type { Budget } from './budget.ts';
import { exhaust } from './exhaust.ts';
import { explore, type Exploration } from './explore.ts';
import type { LeadExecutor, LeadsRun } from './leads.ts';
import { conflictsOf, learnFrom } from './observation.ts';

/** Schedules that are run here first: most scenarios have no more. */
const alone = 60;
/** Beginnings handed out at once, at most: long enough for a trip over the network, short enough to share evenly. */
const mostAtOnce = 32;

/** @param executors they run the leads of this scenario, if there is enough to divide; none: it is searched here */
export async function exhaustDivided(
  trial: Trial,
  budget: Budget,
  executors: readonly LeadExecutor[],
): Promise<Exploration> {
  const observer = await trial.observer();
  if (observer === undefined || executors.length === 0) return exhaust(trial, budget);
  const planner = new Reduced({ sessions: trial.scenario.sessions.length });
  const here = await explore(trial, planner, {
    ...budget,
    maxSchedules: Math.min(alone, budget.maxSchedules),
  });
  if (here.failure !== undefined || here.inconclusive !== undefined) return here;
  const division = new Division(trial, observer, planner, budget);
  if (
    !planner.distrusting &&
    !planner.exhausted &&
    here.schedules < budget.maxSchedules &&
    !budget.expired()
  ) {
    division.add(here);
    await division.run(executors);
  } else division.add(here);
  // No two schedules are equivalent any more: there is nothing to plan from what is known.
  if (planner.distrusting) return exhaust(await Trial.on(trial.lab, trial.scenario), budget);
  return division.result;
}

class Division {
  readonly #trial: Trial;
  readonly #observer: Observer;
  readonly #planner: Reduced;
  readonly #budget: Budget;
  readonly #tally = new InteractionTally();
  /** Planned again, since the executor that had them failed. */
  readonly #again: PlannedRun[] = [];
  /** Beginnings that are handed out. */
  #underWay = 0;
  #schedules = 0;
  #first: Exploration | undefined;
  #failure: Exploration['failure'];
  #inconclusive: Inconclusive | undefined;
  #over = false;
  readonly #bell = new Bell();
  #learning: Promise<void> = Promise.resolve();

  constructor(trial: Trial, observer: Observer, planner: Reduced, budget: Budget) {
    this.#trial = trial;
    this.#observer = observer;
    this.#planner = planner;
    this.#budget = budget;
  }

  /** Counts what a search has brought. */
  add(found: Exploration): void {
    this.#first ??= found;
    this.#schedules += found.schedules;
    this.#tally.merge(found.tally);
    this.#fail(found);
  }

  #fail({ failure, inconclusive }: Pick<Exploration, 'failure' | 'inconclusive'>): void {
    this.#failure ??= failure;
    this.#inconclusive ??= inconclusive;
    if (this.#failure !== undefined || this.#inconclusive !== undefined) this.#over = true;
  }

  get result(): Exploration {
    const [failure, inconclusive] = [this.#failure, this.#inconclusive];
    const { exhausted, classes } = this.#planner;
    return {
      failure,
      others: [],
      inconclusive,
      schedules: this.#schedules,
      exhausted: exhausted && failure === undefined && inconclusive === undefined,
      classes,
      tally: this.#tally.counts,
      witness: this.#first?.witness,
    };
  }

  /** @throws the error of the last executor, if all of them failed */
  async run(executors: readonly LeadExecutor[]): Promise<void> {
    let working = executors.length;
    const work = async (executor: LeadExecutor): Promise<void> => {
      for (;;) {
        const { next } = this.#bell;
        const planned = this.#over ? [] : this.#take(executors.length);
        if (planned.length === 0) {
          if (this.#underWay === 0 || this.#over) return this.#end();
          await next;
          continue;
        }
        this.#underWay += planned.length;
        try {
          const found = await runSome(executor, planned).catch((error: unknown) => {
            this.#again.push(...planned);
            working -= 1;
            if (working === 0) throw error;
          });
          if (found === undefined) return;
          await this.#learn(planned, found);
          // It was stopped in the middle.
          if (!this.#over) this.#again.push(...planned.slice(found.ran.length));
        } catch (error) {
          this.#over = true;
          throw error;
        } finally {
          this.#underWay -= planned.length;
          this.#bell.ring();
        }
      }
    };
    await Promise.all(executors.map(work));
  }

  #end(): void {
    this.#over = true;
    this.#bell.ring();
  }

  #take(executors: number): readonly PlannedRun[] {
    const { maxSchedules, expired } = this.#budget;
    const left = maxSchedules - this.#schedules - this.#underWay;
    if (left <= 0 || expired() || this.#planner.distrusting) return [];
    const waiting = this.#again.length + this.#planner.planned;
    const most = Math.min(mostAtOnce, Math.ceil(waiting / (2 * executors)), left);
    const taken: PlannedRun[] = [];
    while (taken.length < most) {
      const next = this.#again.pop() ?? this.#planner.next();
      if (next === undefined) break;
      taken.push(next);
    }
    return taken;
  }

  /** One after another: what is observed builds on what was observed before. */
  #learn(planned: readonly PlannedRun[], { ran, exploration }: LeadsRun): Promise<void> {
    const learning = this.#learning.then(async () => {
      this.#fail(exploration);
      for (const [index, { record, end, tally }] of ran.entries()) {
        const run = planned[index];
        if (run === undefined || this.#planner.distrusting) return;
        let found: ReturnType<Reduced['finish']>;
        const observation = await learnFrom(this.#observer, record, (trace) => {
          found = this.#planner.finish(run, trace, end);
          return found === 'contradiction' ? found : undefined;
        });
        // Counted like the class: once.
        if (found === 'known') continue;
        this.#schedules += 1;
        this.#tally.merge(tally);
        this.#tally.addConflicts(conflictsOf(observation, this.#trial.scenario, record));
      }
    });
    this.#learning = learning.catch(() => {});
    return learning;
  }
}

/** @throws the executor's error; also if it runs nothing, and does not say why */
async function runSome(executor: LeadExecutor, planned: readonly PlannedRun[]): Promise<LeadsRun> {
  const found = await executor.run(planned.map(({ lead }) => lead));
  const { failure, inconclusive } = found.exploration;
  if (found.ran.length > 0 || failure !== undefined || inconclusive !== undefined) return found;
  throw new Error('an executor of a divided search was stopped');
}
