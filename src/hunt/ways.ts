/**
 * The ways to the next scenario of a guided search, each as often as it has paid: by what it showed for the first time, per
 * schedule, lately. So a search draws anew while that shows much, and goes on from its finds when it no longer does (adaptive
 * choice as in MOPT: Lyu et al., "MOPT: Optimized Mutation Scheduling for Fuzzers", USENIX Security 2019).
 */
import type { Random } from '../strategy/random.ts';

/** `fresh`: drawn anew; `varied`: a find that was changed a little; `again`: more schedules of a find. */
export const ways = ['fresh', 'varied', 'again'] as const;
export type Way = (typeof ways)[number];

/** What a way pays is remembered for about this many of its schedules. */
const memory = 200;
/** Each way gets at least about this part of the searches. */
const least = 0.15;

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
    const shares = yields.map(
      (each) => least + (1 - ways.length * least) * (total === 0 ? 1 / 3 : each / total),
    );
    let left = this.#random();
    return ways.find((_, index) => (left -= shares[index] ?? 0) < 0) ?? 'fresh';
  }

  /** A search on this way showed so much that was new. */
  add(way: Way, news: number, schedules: number): void {
    const paid = this.#paid[way];
    const kept = Math.max(0, 1 - schedules / memory);
    paid.news = paid.news * kept + news;
    paid.schedules = paid.schedules * kept + schedules;
  }
}
