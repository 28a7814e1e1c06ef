/**
 * The state of a campaign is what the next start needs to go on where this one stopped. It is written whole after each round,
 * so that a killed campaign loses the rounds that were under way, and nothing else. The races are in the corpus.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/fault.ts';
import { writeWhole } from '../write-whole.ts';
import type { FingerprintTable } from './fingerprints.ts';
import { shardText, type Shard } from './shard.ts';
import type { TargetState } from './target-state.ts';

/** One point of a plot of the campaign. */
export interface Point {
  /** Since the campaign began, without the time between two starts. */
  readonly timeMs: number;
  readonly schedules: number;
  readonly sights: number;
  readonly races: number;
}

export interface CampaignState {
  readonly schema: 'pg-lockstep-campaign';
  readonly schemaVersion: 2;
  readonly seed: number | string;
  readonly shard: Shard;
  /** A digest of its targets; undefined before the first start. Shards of one campaign have the same. */
  readonly targetsDigest?: string;
  /** Dealt rounds of this shard before this number are over. */
  readonly dealt: number;
  /** Extra rounds that were begun. */
  readonly extra: number;
  readonly timeMs: number;
  /** By the key of the target. */
  readonly targets: Readonly<Record<string, TargetState>>;
  readonly fingerprints: FingerprintTable;
  /** Ids of the races that this campaign found, in the order in which it found them. */
  readonly races: readonly string[];
  readonly points: readonly Point[];
}

export function newCampaign(seed: number | string, shard: Shard): CampaignState {
  return {
    schema: 'pg-lockstep-campaign',
    schemaVersion: 2,
    seed,
    shard,
    dealt: 0,
    extra: 0,
    timeMs: 0,
    targets: {},
    fingerprints: {},
    races: [],
    points: [],
  };
}

/** The state's totals over all targets. */
export function totalsOf({
  targets,
}: Pick<CampaignState, 'targets'>): Record<'rounds' | 'schedules' | 'sights' | 'duplicates', number> {
  const all = Object.values(targets);
  const sum = (of: (target: TargetState) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  return {
    rounds: sum(({ rounds }) => rounds),
    schedules: sum(({ schedules }) => schedules),
    sights: sum(({ sights }) => sights.length),
    duplicates: sum(({ duplicates }) => duplicates),
  };
}

/** More points than this show nothing more: every second one is dropped. */
const mostPoints = 400;

export function withPoint(points: readonly Point[], point: Point): readonly Point[] {
  const kept = points.length < mostPoints ? points : points.filter((_, index) => index % 2 === 0);
  return [...kept, point];
}

/** A shard's file is its own, so that several can run in one folder. */
export function stateFile(reports: string, shard: Shard): string {
  const name = shard.of === 1 ? 'state' : `state-${shardText(shard).replace('/', '-of-')}`;
  return join(reports, 'fuzz', `${name}.json`);
}

/** @throws Fault `cannot-write` */
export function writeState(file: string, state: CampaignState): void {
  writeWhole(file, `${JSON.stringify(state)}\n`);
}

/** What a state's file holds. */
export type FoundState =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly state: CampaignState }
  /** It cannot be used, and was moved aside. */
  | { readonly kind: 'damaged'; readonly why: string; readonly movedTo: string };

export function readState(file: string): FoundState {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'none' };
    return movedAside(file, messageOf(error));
  }
  try {
    return { kind: 'found', state: parseState(text) };
  } catch (error) {
    return movedAside(file, messageOf(error));
  }
}

/** @throws Error whose message says what is wrong with the text of a state */
export function parseState(text: string): CampaignState {
  const state = JSON.parse(text) as CampaignState;
  const why = faultIn(state);
  if (why !== undefined) throw new Error(why);
  return state;
}

/** Nobody but this tool writes it, so a look at its shape is enough. */
function faultIn(state: CampaignState | null): string | undefined {
  if (state?.schema !== 'pg-lockstep-campaign') return 'it is no state of a campaign';
  if (state.schemaVersion !== 2) return `its version is ${String(state.schemaVersion)}, not 2`;
  const blank = newCampaign('', { number: 1, of: 1 });
  const names = Object.keys(blank) as (keyof CampaignState)[];
  const bad = names.find((name) => name !== 'seed' && typeof state[name] !== typeof blank[name]);
  return bad === undefined ? undefined : `its "${bad}" is missing or of another kind`;
}

function movedAside(file: string, why: string): FoundState {
  const movedTo = `${file}.damaged`;
  renameSync(file, movedTo);
  return { kind: 'damaged', why, movedTo };
}
