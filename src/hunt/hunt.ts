/**
 * A hunt searches many scenarios of one model for failures, and goes on when it has found one: it makes nothing smaller and
 * explains nothing. Guided, it goes on from scenarios and schedules that showed something new; blind, each is drawn anew.
 */
import { fits, ScenarioSource } from '../arbitrary/vary-scenario.ts';
import type { ScenarioBounds } from '../arbitrary/scenario.ts';
import { canonicalText } from '../core/plain.ts';
import type { Inconclusive } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import type { Strategy } from '../strategy/contract.ts';
import { operationsOf, type Scenario } from '../core/scenario.ts';
import { failureKind } from '../diagnosis/failure-kind.ts';
import type { Failure } from '../lab/failure.ts';
import type { Lab } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';
import { budgetOf } from '../search/budget.ts';
import { explore, type Exploration } from '../search/explore.ts';
import { strategyFor } from '../search/strategies.ts';
import { randomFrom, type Random } from '../strategy/random.ts';
import { Replay } from '../strategy/replay.ts';
import { variationOf } from '../strategy/vary-schedule.ts';
import { executionSights } from '../tally/execution-sights.ts';
import { Finds, type Find, type Shown } from './finds.ts';
import { sightDigest } from './sight-digest.ts';
import { patienceFor, Stalk } from './stalk.ts';
import { Ways, type Way } from './ways.ts';

export interface HuntRequest extends ScenarioBounds {
  readonly seed: string;
  /** Schedules to run in all, at most. */
  readonly schedules: number;
  /** Schedules to run of one scenario, at most. */
  readonly perScenario: number;
  /** Whether it goes on from its finds. */
  readonly guided: boolean;
  /** Digests of what is no news. */
  readonly seen: readonly string[];
  /** Finds of earlier hunts. */
  readonly finds: readonly Find[];
}

/** A failure of a kind and of operations that this hunt met for the first time. */
export interface HuntFailure {
  readonly failure: Failure;
  /** As `failureKind` gives it. */
  readonly kind: string;
}

export interface HuntFindings {
  readonly explorations: readonly (Exploration & { readonly scenario: Scenario })[];
  readonly failures: readonly HuntFailure[];
  /** Digests of what it was the first to see. */
  readonly sights: readonly string[];
  /** What a later hunt goes on from, those of earlier ones included. */
  readonly finds: readonly Find[];
  /** The first scenario without a verdict. */
  readonly inconclusive: Inconclusive | undefined;
}

/** So far. */
export interface HuntProgress {
  readonly schedules: number;
  readonly scenarios: number;
  /** Of different kinds or operations. */
  readonly failures: number;
}

/** With this many scenarios without a verdict it ends: each may have cost a limit's time. */
const mostInconclusive = 3;
/** Variations of a find's schedule with which another search of it begins. */
const variationsAgain = 8;
/** Failures of one hunt, with the same operations and the same kind of violation, that are named. */
const mostNamed = 2;
/** Finds that are given on; more would fill the state of a campaign. */
const mostFinds = 64;

export class Hunt {
  readonly #lab: Lab;
  readonly #request: HuntRequest;
  readonly #isOver: () => boolean;
  readonly #random: Random;
  readonly #source: ScenarioSource;
  readonly #finds: Finds;
  readonly #ways: Ways;
  readonly #seen: Set<string>;
  readonly #digests = new Map<string, string>();
  /** Scenarios of which every schedule was run. */
  readonly #exhausted = new Set<string>();
  readonly #searched = new Set<string>();
  readonly #news: string[] = [];
  /** Failures by their look, before they are named. */
  readonly #alike = new Map<string, number>();
  readonly #failures = new Map<string, HuntFailure>();
  readonly #explorations: (Exploration & { readonly scenario: Scenario })[] = [];
  #schedules = 0;
  #inconclusive: Inconclusive | undefined;
  #unclear = 0;

  /** @param isOver asked between schedules: true ends it */
  constructor(lab: Lab, request: HuntRequest, isOver: () => boolean) {
    this.#lab = lab;
    this.#request = request;
    this.#isOver = isOver;
    this.#random = randomFrom(`hunt ${request.seed}`);
    this.#source = new ScenarioSource(lab.model, request, this.#random);
    this.#seen = new Set(request.seen);
    this.#finds = new Finds(this.#random);
    this.#ways = new Ways(this.#random);
    for (const find of request.finds)
      if (fits(find.scenario, request)) this.#finds.note(find, find.sights, new Set());
  }

  /** @param onProgress called after each scenario */
  async run(onProgress: (progress: HuntProgress) => void = () => {}): Promise<HuntFindings> {
    const { schedules } = this.#request;
    while (this.#schedules < schedules && !this.#isOver() && this.#unclear < mostInconclusive) {
      if (!(await this.#step())) break;
      onProgress({
        schedules: this.#schedules,
        scenarios: this.#explorations.length,
        failures: this.#failures.size,
      });
    }
    return {
      explorations: this.#explorations,
      failures: [...this.#failures.values()],
      sights: this.#news,
      finds: this.#finds.rarest(mostFinds),
      inconclusive: this.#inconclusive,
    };
  }

  /** Searches one scenario; false if there is none that was not searched. */
  async #step(): Promise<boolean> {
    const { guided, perScenario, schedules, seed } = this.#request;
    const { way, find } = this.#next();
    const scenario = way === 'again' && find !== undefined ? find.scenario : this.#unsearched(find);
    if (scenario === undefined) return false;
    const trial = await Trial.on(this.#lab, scenario);
    // Another seed each time: the same scenario may come again.
    const strategy = { strategy: 'automatic', seed: `${seed} ${this.#explorations.length}` } as const;
    const shown = new Set<string>();
    let rarity = 1;
    const stalk = new Stalk({
      planned: find === undefined ? [] : this.#plannedFor(find, way),
      usual: strategyFor({ ...strategy, maxSchedules: perScenario }, scenario, this.#lab.lane.observed),
      patience: () => (guided ? patienceFor(rarity) : Infinity),
      random: this.#random,
    });
    const newsBefore = this.#news.length;
    const exploration = await explore(trial, stalk, {
      ...budgetOf(Math.min(perScenario, schedules - this.#schedules), this.#isOver, undefined, true),
      onExecution: (execution, conflicts) => {
        const sights = executionSights(this.#lab.model, scenario.sessions, execution, conflicts);
        const [schedule, steps] = [scheduleOf(execution.choices), execution.choices.length];
        const isNew = this.#note({ scenario, schedule, steps }, sights, shown);
        rarity = this.#finds.rarity(shown);
        if (isNew && guided) stalk.news(schedule, { sessions: scenario.sessions.length, steps });
      },
    });
    this.#ways.add(way, this.#news.length - newsBefore, exploration.schedules);
    await this.#settle(scenario, exploration);
    return true;
  }

  #next(): { readonly way: Way; readonly find: Shown | undefined } {
    const way = this.#request.guided ? this.#ways.next() : 'fresh';
    const find = way === 'fresh' ? undefined : this.#finds.take();
    if (find === undefined) return { way: 'fresh', find };
    // There are no other schedules of it.
    const over = way === 'again' && this.#exhausted.has(canonicalText(find.scenario));
    return { way: over ? 'varied' : way, find };
  }

  /** A scenario that this hunt has not searched; undefined if there seem to be no others. */
  #unsearched(find: Shown | undefined): Scenario | undefined {
    for (let tried = 0; tried < 100; tried += 1) {
      const varied = find !== undefined && tried < 10;
      const scenario = varied ? this.#source.vary(find.scenario) : this.#source.fresh();
      const text = canonicalText(scenario);
      if (this.#searched.has(text)) continue;
      this.#searched.add(text);
      return scenario;
    }
    return undefined;
  }

  #plannedFor({ schedule, scenario, steps }: Shown, way: Way): readonly Strategy[] {
    const size = { sessions: scenario.sessions.length, steps };
    const vary = (): Strategy => variationOf(schedule, size, this.#random);
    if (way === 'again') return Array.from({ length: variationsAgain }, vary);
    return [new Replay(schedule, 'lenient'), vary()];
  }

  /** @returns whether an execution showed what nobody has seen before */
  #note(find: Shown, sights: Iterable<string>, shown: Set<string>): boolean {
    const digests = Array.from(sights, (sight) => {
      let digest = this.#digests.get(sight);
      if (digest === undefined) this.#digests.set(sight, (digest = sightDigest(sight)));
      return digest;
    });
    this.#finds.note(find, digests, shown);
    const news = digests.filter((digest) => !this.#seen.has(digest));
    for (const digest of news) this.#seen.add(digest);
    this.#news.push(...news);
    return news.length > 0;
  }

  /** To name a failure costs as much as dozens of schedules, and most look alike. */
  #isWorthNaming({ scenario, violation }: Failure): boolean {
    const look = `${violation.kind}\0${operationsOf(scenario).join('\0')}`;
    const alike = this.#alike.get(look) ?? 0;
    this.#alike.set(look, alike + 1);
    return alike < mostNamed;
  }

  async #settle(scenario: Scenario, exploration: Exploration): Promise<void> {
    this.#schedules += exploration.schedules;
    if (exploration.exhausted) this.#exhausted.add(canonicalText(scenario));
    this.#explorations.push({ ...exploration, scenario });
    const { failure, inconclusive } = exploration;
    if (inconclusive !== undefined) {
      this.#inconclusive ??= inconclusive;
      this.#unclear += 1;
    }
    if (failure === undefined || !this.#isWorthNaming(failure)) return;
    const { key: kind } = await failureKind(this.#lab, failure);
    const key = `${kind}\0${operationsOf(scenario).join('\0')}`;
    if (!this.#failures.has(key)) this.#failures.set(key, { failure, kind });
  }
}
