/**
 * The ways to the next scenario of a guided search. Each has a part of the searches, and the rest is divided by what they have
 * paid: by what each showed for the first time, per schedule, lately. So a search draws anew more often while that shows much
 * (adaptive choice as in MOPT: Lyu et al., "MOPT: Optimized Mutation Scheduling for Fuzzers", USENIX Security 2019).
 */
import type { Random } from '../strategy/random.ts';

/** `fresh`: drawn anew; `varied`: a find that was changed a little; `again`: more schedules of a find. */
export const ways = ['fresh', 'varied', 'again'] as const;
export type Way = (typeof ways)[number];

/** What a way pays is remembered for about this many of its schedules. */
const memory = 200;
/**
 * The part of the searches that each way gets in any case. What pays is seldom seen after a while, and then changed finds
 * lead further than others: a state that is reached by three calls is near one that is reached by two.
 */
const least: Readonly<Record<Way, number>> = { fresh: 0.2, varied: 0.5, again: 0.1 };
const divided = 1 - ways.reduce((sum, way) => sum + least[way], 0);

export class Ways {
  readonly #random: Random;
  readonly #paid: Record<Way, { news: number; schedules: number }>;

  constructor(random: Random) {
    this.#random = random;
    const begun = (news: number): { news: number; schedules: number } => ({ news, schedules: 10 });
    this.#paid = { fresh: begun(20), varied: begun(5), again: begun(5) };
  }

  next(): Way {
    const yields = ways.map((way) => this.#paid[way].news / this.#paid[way].schedules);
    const total = yields.reduce((sum, each) => sum + each, 0);
    let left = this.#random();
    const isNext = (way: Way, index: number): boolean => {
      const part = total === 0 ? 1 / ways.length : (yields[index] ?? 0) / total;
      return (left -= least[way] + divided * part) < 0;
    };
    return ways.find(isNext) ?? 'fresh';
  }

  /** A search on this way showed so much that was new. */
  add(way: Way, news: number, schedules: number): void {
    const paid = this.#paid[way];
    const kept = Math.max(0, 1 - schedules / memory);
    paid.news = paid.news * kept + news;
    paid.schedules = paid.schedules * kept + schedules;
  }
}
