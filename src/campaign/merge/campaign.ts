/**
 * The shards of one campaign, joined: what they covered together, each sight and each race once. The order in which they are
 * given makes no difference.
 */
import { Fault } from '../../core/fault.ts';
import type { FingerprintTable } from '../fuzz/fingerprints.ts';
import { shardText, type Shard } from '../fuzz/shard.ts';
import { totalsOf, type CampaignState } from '../fuzz/state.ts';
import type { TargetState } from '../fuzz/target-state.ts';
import type { From } from '../left-files.ts';
import { firstTimes, joinPoints, type JoinedPoint } from './points.ts';

/** What all rounds of a target, on any shard, showed. */
export type JoinedTarget = Pick<TargetState, 'rounds' | 'schedules' | 'duplicates' | 'sights'>;

/** The share of one shard. */
export interface ShardShare {
  /** `3/8`. */
  readonly shard: string;
  /** The file of its state. */
  readonly from: string;
  readonly timeMs: number;
  readonly rounds: number;
  readonly schedules: number;
  readonly sights: number;
  readonly races: number;
}

export interface JoinedCampaign {
  readonly schema: 'pg-lockstep-joined-campaign';
  readonly schemaVersion: 1;
  readonly seed: number | string;
  readonly shards: readonly ShardShare[];
  /** Shards of the campaign that were not there: `4/8`. */
  readonly missing: readonly string[];
  /** All dealt rounds before this number are over, on whichever shard. */
  readonly dealt: number;
  /** Of the longest of its shards. */
  readonly timeMs: number;
  /** By the key of the target. */
  readonly targets: Readonly<Record<string, JoinedTarget>>;
  readonly fingerprints: FingerprintTable;
  /** Ids of the races that it found, in the order in which the first shard did. */
  readonly races: readonly string[];
  readonly points: readonly JoinedPoint[];
}

/**
 * @param states at least one
 * @throws Fault `other-campaign` if they are not of one campaign; `same-shard` if one is there twice
 */
export function joinCampaign(states: readonly From<CampaignState>[]): JoinedCampaign {
  const all = states.toSorted((a, b) => a.content.shard.number - b.content.shard.number);
  refuseOthers(all);
  const [first] = all;
  if (first === undefined) throw new Error('there is no state');
  const { seed, shard } = first.content;
  const byNumber = new Map(all.map(({ content }) => [content.shard.number, content]));
  const numbers = Array.from({ length: shard.of }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !byNumber.has(number));
  const contents = all.map(({ content }) => content);
  const targets = joinTargets(contents);
  const { sights } = totalsOf({ targets: targets as CampaignState['targets'] });
  const times = [...firstTimes(contents)];
  return {
    schema: 'pg-lockstep-joined-campaign',
    schemaVersion: 1,
    seed,
    shards: all.map(shareOf),
    missing: missing.map((number) => shardText({ number, of: shard.of })),
    dealt: Math.min(...numbers.map((number) => firstNotOver({ number, of: shard.of }, byNumber.get(number)))),
    timeMs: Math.max(...contents.map(({ timeMs }) => timeMs)),
    targets,
    fingerprints: joinFingerprints(contents),
    races: times.toSorted(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1)).map(([id]) => id),
    points: joinPoints(contents, sights),
  };
}

/** Reads the text of a joined campaign. @throws Error whose message says what is wrong with it */
export function parseJoined(text: string): JoinedCampaign {
  const joined = JSON.parse(text) as JoinedCampaign | null;
  if (joined?.schema !== 'pg-lockstep-joined-campaign') throw new Error('it is no joined campaign');
  if (joined.schemaVersion !== 1) throw new Error(`its version is ${String(joined.schemaVersion)}, not 1`);
  if (!Array.isArray(joined.shards) || !Array.isArray(joined.points))
    throw new Error('a part of it is missing');
  return joined;
}

function refuseOthers(states: readonly From<CampaignState>[]): void {
  for (const [index, one] of states.entries()) {
    for (const other of states.slice(index + 1)) {
      const why = differenceOf(one.content, other.content);
      if (why !== undefined) {
        throw new Fault('these are not shards of one campaign', {
          code: 'other-campaign',
          kind: 'usage',
          detail: `${why}: ${one.from} and ${other.from}`,
          hint: 'name only the folders, or the files, of one campaign',
        });
      }
      if (one.content.shard.number === other.content.shard.number) {
        throw new Fault(`shard ${shardText(one.content.shard)} is there twice`, {
          code: 'same-shard',
          kind: 'usage',
          detail: `${one.from} and ${other.from}`,
          hint: 'leave one of them out',
        });
      }
    }
  }
}

function differenceOf(one: CampaignState, other: CampaignState): string | undefined {
  if (one.seed !== other.seed) return `their seeds are ${one.seed} and ${other.seed}`;
  if (one.shard.of !== other.shard.of)
    return `they are shards ${shardText(one.shard)} and ${shardText(other.shard)}`;
  const digests = [one.targetsDigest, other.targetsDigest];
  if (digests.includes(undefined) || digests[0] === digests[1]) return undefined;
  return 'they ran other models, engines or levels';
}

function shareOf({ from, content }: From<CampaignState>): ShardShare {
  const { rounds, schedules, sights } = totalsOf(content);
  const { shard, timeMs, races } = content;
  return { shard: shardText(shard), from, timeMs, rounds, schedules, sights, races: races.length };
}

/** The first dealt round of a shard that is not known to be over. */
function firstNotOver({ number, of }: Shard, state: CampaignState | undefined): number {
  const own = number - 1;
  if (state === undefined) return own;
  // The state's number may lie between two rounds of the shard.
  return state.dealt + ((((own - state.dealt) % of) + of) % of);
}

function joinTargets(states: readonly CampaignState[]): Readonly<Record<string, JoinedTarget>> {
  const keys = new Set(states.flatMap(({ targets }) => Object.keys(targets)));
  return Object.fromEntries(
    [...keys].toSorted().map((key) => {
      const parts = states.flatMap(({ targets }) => targets[key] ?? []);
      const sum = (of: (part: TargetState) => number): number =>
        parts.reduce((total, part) => total + of(part), 0);
      return [
        key,
        {
          rounds: sum(({ rounds }) => rounds),
          schedules: sum(({ schedules }) => schedules),
          duplicates: sum(({ duplicates }) => duplicates),
          sights: [...new Set(parts.flatMap(({ sights }) => sights))].toSorted(),
        },
      ];
    }),
  );
}

function joinFingerprints(states: readonly CampaignState[]): FingerprintTable {
  const prints = new Set(states.flatMap(({ fingerprints }) => Object.keys(fingerprints)));
  return Object.fromEntries(
    [...prints].toSorted().map((print) => {
      const known = states.flatMap(({ fingerprints }) => fingerprints[print] ?? []);
      const races = known.flatMap((each) => Object.entries(each.races));
      const byId = Object.fromEntries(races.toSorted(([a], [b]) => (a < b ? -1 : 1)));
      return [print, { races: byId, met: known.reduce((sum, { met }) => sum + met, 0) }];
    }),
  );
}
