/** The strategies by name. */

/**
 * - `automatic`: all schedules if they fit the budget, else a sample that begins with few preemptions
 * - `exhaustive`: all schedules, few preemptions first, until the budget ends
 * - `random`: each step goes to a runnable session chosen uniformly
 * - `pct`: probabilistic concurrency testing
 * - `urw`: random walk that makes all interleavings equally likely
 * - `pos`: partial-order sampling
 */
export type StrategyName = 'automatic' | 'exhaustive' | 'random' | 'pct' | 'urw' | 'pos';
