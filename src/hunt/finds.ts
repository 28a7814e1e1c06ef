/**
 * The finds of a guided search: for each sight, the smallest schedule of a scenario that shows it. New scenarios are made from
 * those whose sight is seldom seen (AFL's favoured inputs: Zalewski, "Technical whitepaper for afl-fuzz", section 4; rarity:
 * Böhme, Pham, Roychoudhury, "Coverage-based Greybox Fuzzing as Markov Chain", CCS 2016, section 4).
 */
import { callCount, type Scenario } from '../core/scenario.ts';
import type { Schedule } from '../core/schedule.ts';
import type { Random } from '../strategy/random.ts';

/** A schedule of a scenario that was run. */
export interface Shown {
  readonly scenario: Scenario;
  readonly schedule: Schedule;
  /** Of its execution. */
  readonly steps: number;
}

export interface Find extends Shown {
  /** Digests of sights that it stands for. */
  readonly sights: readonly string[];
}

interface Sight {
  find: Shown;
  /** Searches that showed it. */
  seen: number;
  /** How often a search went on from it. */
  used: number;
}

export class Finds {
  readonly #random: Random;
  readonly #sights = new Map<string, Sight>();

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Takes note of what an execution showed.
   *
   * @param sights digests
   * @param earlier those that its search has shown before, which count once
   */
  note(find: Shown, sights: Iterable<string>, earlier: Set<string>): void {
    for (const digest of sights) {
      const known = this.#sights.get(digest);
      if (known === undefined) this.#sights.set(digest, { find, seen: 1, used: 0 });
      else {
        if (!earlier.has(digest)) known.seen += 1;
        if (sizeOf(find) < sizeOf(known.find)) known.find = find;
      }
      earlier.add(digest);
    }
  }

  /** How many searches have shown the rarest of these sights. */
  rarity(sights: Iterable<string>): number {
    let least = Infinity;
    for (const digest of sights) least = Math.min(least, this.#sights.get(digest)?.seen ?? 0);
    return least;
  }

  /** One to go on from, rare sights first; undefined if there is none. */
  take(): Shown | undefined {
    const all = [...this.#sights.values()];
    let left = this.#random() * all.reduce((sum, each) => sum + worth(each), 0);
    const sight = all.find((each) => (left -= worth(each)) < 0) ?? all.at(-1);
    if (sight === undefined) return undefined;
    sight.used += 1;
    return sight.find;
  }

  /** The finds of the rarest sights, at most this many: what a later search goes on from. */
  rarest(count: number): readonly Find[] {
    const rare = [...this.#sights].toSorted(([, a], [, b]) => a.seen - b.seen);
    const finds = new Map<Shown, string[]>();
    for (const [digest, { find }] of rare) {
      const sights = finds.get(find);
      if (sights !== undefined) sights.push(digest);
      else if (finds.size < count) finds.set(find, [digest]);
    }
    return [...finds].map(([find, sights]) => ({ ...find, sights }));
  }
}

/** Most sights are common: if rarity counted only once, they would take most of the searches together. */
function worth({ seen, used }: Sight): number {
  return 1 / (seen ** 2 * (1 + used));
}

/** Of two with as many calls, the one with fewer deviations is easier to vary. */
function sizeOf({ scenario, schedule }: Shown): number {
  return callCount(scenario) * 1000 + schedule.length;
}
