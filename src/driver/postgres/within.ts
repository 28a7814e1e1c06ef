/** Waiting with a limit, for everything that is the driver's. */
export { until, within } from '../within.ts';
