/**
 * A campaign of fuzzing: first the known races of its targets, then round after round until its time or its schedules are
 * used up. Whatever it reports was written before.
 */
import { Fault } from '../../core/fault.ts';
import type { CheckResult, Counterexample, ViolatedResult } from '../../core/result.ts';
import type { Limits } from '../../engine/limits.ts';
import type { CampaignStatus } from '../../report/campaign-text.ts';
import type { Corpus } from '../corpus/corpus.ts';
import type { CorpusEntry } from '../corpus/entry.ts';
import { idOf, identityOf } from '../corpus/identity.ts';
import { rerunEntry, type CorpusNews } from '../corpus/rerun-entry.ts';
import { targetOf } from '../cells.ts';
import { atOnce, type Executor } from '../executor.ts';
import { keepBusy, type EndlessWork, type Outcome } from '../queue.ts';
import { Fingerprints } from './fingerprints.ts';
import { hunt, type Catch } from './hunt.ts';
import { Plan } from './plan.ts';
import { recordRace, type RaceRecord } from './race-record.ts';
import { ReportLedger } from './report-ledger.ts';
import type { Round } from './round.ts';
import { totalsOf, withPoint, type CampaignState } from './state.ts';
import type { Target } from './target.ts';
import { afterRound, untouched, type TargetState } from './target-state.ts';

export interface CampaignRequest extends Pick<
  EndlessWork<unknown, unknown>,
  'stopped' | 'onFault' | 'onRetry'
> {
  readonly targets: readonly Target[];
  readonly executors: readonly Executor[];
  readonly corpus: Corpus;
  /** Where it goes on. */
  readonly state: CampaignState;
  readonly server: string | undefined;
  readonly limits: Partial<Limits>;
  /** For new rounds, in milliseconds; undefined: no limit. */
  readonly timeMs: number | undefined;
  /** Of this start; undefined: no limit. */
  readonly schedules: number | undefined;
  /** Writes the state. */
  readonly save: (state: CampaignState) => void;
  readonly onKnown: (news: CorpusNews, target: Target) => void;
  readonly onRace: (race: RaceRecord, target: Target) => void;
  /** A race that could not be written into the corpus. */
  readonly onUnwritten: (error: unknown, race: CheckResult) => void;
  /** No verdict, for the first time of this target. */
  readonly onInconclusive: (result: CheckResult, target: Target) => void;
  /** After each round, and while one is under way. */
  readonly onStatus: (status: CampaignStatus) => void;
}

type Item =
  | { readonly kind: 'known'; readonly entry: CorpusEntry; readonly target: Target }
  | { readonly kind: 'round'; readonly round: Round; readonly target: Target };

type Done = { readonly kind: 'known'; readonly news: CorpusNews } | ({ readonly kind: 'round' } & Catch);

export class Campaign {
  readonly #request: CampaignRequest;
  readonly #fingerprints: Fingerprints;
  readonly #targets: Map<string, TargetState>;
  readonly #plan: Plan;
  readonly #known: Item[];
  readonly #races: string[];
  readonly #ledger = new ReportLedger();
  /** Ids of races that were told, and are not in the corpus. */
  readonly #unwritten = new Set<string>();
  #points: CampaignState['points'];
  readonly #counts = { schedules: 0, rounds: 0, duplicates: 0, newRaces: 0 };
  #items = 0;
  readonly #started: number = performance.now();
  /** Faults that cost a round. */
  readonly faults: Fault[] = [];

  constructor(request: CampaignRequest) {
    const { state, targets, corpus } = request;
    this.#request = request;
    this.#fingerprints = new Fingerprints(state.fingerprints);
    this.#targets = new Map(Object.entries(state.targets));
    this.#races = [...state.races];
    this.#points = state.points;
    this.#known = corpus.entries.flatMap((entry): Item[] => {
      const target = targets.find((each) => fits(entry, each));
      return target === undefined || entry.state.kind === 'retired' ? [] : [{ kind: 'known', entry, target }];
    });
    const { seed, shard, dealt, extra } = state;
    this.#plan = new Plan({ seed, shard, dealt, extra, targets, stateOf: ({ key }) => this.#stateOf(key) });
  }

  /** Works until the time or the schedules are used up, no target is left, or it is stopped. */
  async run(): Promise<void> {
    await keepBusy<Item, Done>({
      ...this.#request,
      next: () => {
        const item = this.#next();
        return item && [item, this.#items++];
      },
      work: (item, { executor }) =>
        item.kind === 'known' ? this.#rerun(item, executor) : this.#hunt(item.round, executor),
      onOutcome: (outcome, _, item) => this.#settle(item, outcome),
    });
    this.#save();
  }

  get status(): CampaignStatus {
    const { sights } = totalsOf({ targets: Object.fromEntries(this.#targets) });
    return { elapsedMs: performance.now() - this.#started, ...this.#counts, sights };
  }

  get results(): readonly CheckResult[] {
    return this.#ledger.results;
  }

  #stateOf(key: string): TargetState {
    return this.#targets.get(key) ?? untouched;
  }

  #next(): Item | undefined {
    const known = this.#known.shift();
    if (known !== undefined) return known;
    const { timeMs = Infinity, schedules = Infinity } = this.#request;
    if (performance.now() - this.#started >= timeMs || this.#counts.schedules >= schedules) return undefined;
    const round = this.#plan.next();
    return round && { kind: 'round', round, target: round.target };
  }

  async #rerun(
    { entry, target }: Extract<Item, { kind: 'known' }>,
    executor: Executor,
  ): Promise<Done | undefined> {
    const { server, limits, corpus, stopped } = this.#request;
    const place = { ...targetOf(target.model, target.engine, server), corpus, executor, limits, stopped };
    const news = await rerunEntry(entry, { ...place, now: new Date().toISOString() });
    return news && { kind: 'known', news };
  }

  async #hunt(round: Round, executor: Executor): Promise<Done | undefined> {
    const { timeMs, schedules, executors, onStatus } = this.#request;
    try {
      const { sights: seen, finds } = this.#stateOf(round.target.key);
      const caught = await hunt(executor, round, {
        ...this.#request,
        seen,
        finds,
        fingerprints: this.#fingerprints,
        idOf: idOfRace,
        isKnown: (id) => this.#isKnown(id),
        timeBudgetMs: timeMs && Math.max(1, Math.ceil(timeMs - (performance.now() - this.#started))),
        // The executors share what is left, since each may use all that it gets.
        maxTotalSchedules:
          schedules && Math.max(1, Math.ceil((schedules - this.#counts.schedules) / atOnce(executors))),
        onProgress: () => onStatus(this.status),
      });
      return caught && { kind: 'round', ...caught };
    } catch (error) {
      // In a few schedules an operation may be aborted each time although it returns in others.
      const byChance = error instanceof Fault && error.code === 'operation-always-fails';
      if (byChance && this.#stateOf(round.target.key).rounds > 0) return undefined;
      throw error;
    }
  }

  #settle(item: Item, outcome: Outcome<Done>): void {
    const { onStatus, onKnown, stopped } = this.#request;
    if (item.kind === 'round' && !(outcome.kind === 'not-begun' && stopped())) this.#plan.finish(item.round);
    if (outcome.kind === 'failed') {
      this.faults.push(outcome.fault);
      if (outcome.fault.kind === 'usage') this.#plan.leaveOut(item.target);
    } else if (outcome.kind === 'done' && outcome.result.kind === 'known') {
      const { news } = outcome.result;
      if ('counterexample' in news) this.#ledger.addKnown(news.entry, news.counterexample);
      onKnown(news, item.target);
    } else if (outcome.kind === 'done' && outcome.result.kind === 'round' && item.kind === 'round') {
      this.#settleRound(item.round, outcome.result);
    }
    this.#save();
    onStatus(this.status);
  }

  #settleRound({ target, size }: Round, { result, sights, finds, shrunk, spared, unclear }: Catch): void {
    const { onRace } = this.#request;
    const { schedules } = result.coverage;
    this.#counts.schedules += schedules;
    this.#counts.rounds += 1;
    const records = shrunk.map((each) => ({ found: each, race: this.#record(each) }));
    const newRaces = records.filter(({ race }) => race?.news === 'new').length;
    const duplicates = spared + records.filter(({ race }) => race?.news === 'known').length;
    this.#counts.newRaces += newRaces;
    this.#counts.duplicates += duplicates;
    const findings = { size, schedules, sights, finds, newRaces, duplicates };
    this.#targets.set(target.key, afterRound(this.#stateOf(target.key), findings));
    for (const each of [result, ...unclear]) this.#settleResult(target, each, shrunk.length + spared > 0);
    for (const { found, race } of records) {
      if (race === undefined || race.news === 'known') continue;
      if (race.news === 'new') this.#races.push(race.entry.id);
      this.#ledger.addFound(found);
      // Before it is displayed, the state says that this campaign found it.
      this.#save();
      onRace(race, target);
    }
  }

  /** @param failed whether the round had failures: then the target does not hold, whatever the result says */
  #settleResult(target: Target, result: CheckResult, failed: boolean): void {
    const unclear = this.#ledger.add(target, result, failed);
    // Each further round would keep an executor busy until that limit.
    if (result.inconclusive?.kind === 'limit' && result.inconclusive.limit === 'stall')
      this.#plan.leaveOut(target);
    if (unclear) this.#request.onInconclusive(result, target);
  }

  #isKnown(id: string): boolean {
    const entry = this.#request.corpus.entries.find((each) => each.id === id);
    return entry?.state.kind === 'fails' || this.#unwritten.has(id);
  }

  /** Undefined if it could not be written. */
  #record(shrunk: ViolatedResult): RaceRecord | undefined {
    const { corpus, state, onUnwritten } = this.#request;
    try {
      return recordRace(corpus, shrunk, { seed: state.seed, schedules: this.#counts.schedules });
    } catch (error) {
      this.#ledger.addFound(shrunk);
      this.#unwritten.add(idOfRace(shrunk.counterexample));
      onUnwritten(error, shrunk);
      return undefined;
    }
  }

  #save(): void {
    const { state, save } = this.#request;
    const targets = Object.fromEntries(this.#targets);
    const timeMs = Math.round(state.timeMs + (performance.now() - this.#started));
    const { schedules, sights } = totalsOf({ targets });
    const races = [...this.#races];
    this.#points = withPoint(this.#points, { timeMs, schedules, sights, races: races.length });
    const { dealt, extra } = this.#plan;
    const { table: fingerprints } = this.#fingerprints;
    save({ ...state, dealt, extra, timeMs, targets, fingerprints, races, points: this.#points });
  }
}

function fits({ identity }: CorpusEntry, { model, engine, isolation }: Target): boolean {
  return identity.model === model.id && identity.driver === engine && identity.isolation === isolation;
}

function idOfRace(counterexample: Counterexample): string {
  return idOf(identityOf(counterexample));
}
