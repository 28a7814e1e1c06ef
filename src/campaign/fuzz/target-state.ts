/** The findings of the rounds of one target so far, and where they lead: how warm it is, and how large its scenarios are. */
import type { FindLine } from '../../hunt/answer.ts';
import { largestSize } from './round.ts';

export interface TargetState {
  readonly rounds: number;
  readonly schedules: number;
  /** Failures that were a known race. */
  readonly duplicates: number;
  /** Digests of all that its schedules showed, sorted. */
  readonly sights: readonly string[];
  /** What its guided rounds go on from. */
  readonly finds: readonly FindLine[];
  /** The news of its last rounds; half as much after each further round. */
  readonly warmth: number;
  /** The size of its extra rounds, an index of `sizes`. */
  readonly size: number;
  /** Rounds in a row at this size that showed nothing new. */
  readonly quiet: number;
}

/** The findings of one round. */
export interface RoundFindings {
  readonly size: number;
  readonly schedules: number;
  /** Digests, of new ones at least. */
  readonly sights: Iterable<string>;
  readonly finds: readonly FindLine[];
  readonly newRaces: number;
  /** Failures that were a known race. */
  readonly duplicates: number;
}

export const untouched: TargetState = {
  rounds: 0,
  schedules: 0,
  duplicates: 0,
  sights: [],
  finds: [],
  warmth: 0,
  size: 0,
  quiet: 0,
};

/** After this many rounds without news its scenarios grow. */
const quietRounds = 3;
/** A new race is worth as much as this many new sights: there may be more nearby. */
const sightsPerRace = 8;

export function afterRound(before: TargetState, round: RoundFindings): TargetState {
  const known = new Set(before.sights);
  for (const sight of round.sights) known.add(sight);
  const news = known.size - before.sights.length + round.newRaces * sightsPerRace;
  return {
    ...sizeAfter(before, round.size, news),
    rounds: before.rounds + 1,
    schedules: before.schedules + round.schedules,
    duplicates: before.duplicates + round.duplicates,
    sights: [...known].toSorted(),
    finds: round.finds.length > 0 ? round.finds : before.finds,
    warmth: before.warmth / 2 + news,
  };
}

/** A round at another size says nothing about this one, unless it had news. */
function sizeAfter(
  { size, quiet }: TargetState,
  ran: number,
  news: number,
): Pick<TargetState, 'size' | 'quiet'> {
  if (news > 0) return { size: Math.min(size, ran), quiet: 0 };
  if (ran !== size) return { size, quiet };
  const grows = quiet + 1 >= quietRounds && size < largestSize;
  return grows ? { size: size + 1, quiet: 0 } : { size, quiet: quiet + 1 };
}
