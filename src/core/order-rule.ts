/**
 * Which orders of whole operations may explain an execution.
 *
 * - `session`: any order that keeps each session's own (sequential consistency; strong session serializability)
 * - `real-time`: also no operation before one that had returned when it was invoked (linearizability)
 * - `free`: any order at all (serializability)
 */
export type OrderRule = 'session' | 'real-time' | 'free';

export const orderRules: readonly OrderRule[] = ['session', 'real-time', 'free'];
