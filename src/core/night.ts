/** A night is the record of one start of `lockstep fuzz`, or of the shards of one campaign together: one point of the trends. */

export interface Night {
  /** In ISO 8601. */
  readonly startedAt: string;
  /** From the first start to the last end. */
  readonly durationMs: number;
  /** The durations of all shards together: that of a night that ran in one piece. */
  readonly machineMs: number;
  readonly seed: number | string;
  /** The shards that this record is about: `1/1`, or all that were joined. */
  readonly shards: readonly string[];
  readonly schedules: number;
  readonly rounds: number;
  /** Different sights of the campaign, since its first start. */
  readonly sights: number;
  readonly races: NightRaces;
  readonly versions: {
    readonly lockstep: string;
    readonly node: string;
    /** With their versions: `postgres 18.4`. Empty if nothing was searched. */
    readonly engines: readonly string[];
  };
  /** Of the code under test; undefined outside a checkout. */
  readonly commit?: string | undefined;
}

/** Ids of races, each in one list. */
export interface NightRaces {
  /** Seen for the first time. */
  readonly new: readonly string[];
  /** Failing again after they had been mended. */
  readonly back: readonly string[];
  /** Known, and still failing. */
  readonly known: readonly string[];
  /** Known, and no longer failing since this night. */
  readonly mended: readonly string[];
}

export const noRaces: NightRaces = { new: [], back: [], known: [], mended: [] };

/** Schedules per second of one machine. */
export function nightRate({ schedules, machineMs }: Pick<Night, 'schedules' | 'machineMs'>): number {
  return machineMs === 0 ? 0 : (schedules * 1000) / machineMs;
}
