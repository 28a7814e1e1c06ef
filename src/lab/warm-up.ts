/**
 * Each operation is run once by itself before its first schedule. Code loads modules, compiles and fills caches when it is
 * first used (Prisma's client its query compiler): nothing of that is seen from here, so that a session would seem to wait
 * for another one, and the first execution would differ from all later ones.
 */
import type { Model } from '../core/model.ts';
import type { Trial } from './trial.ts';

/**
 * By model and operation. No lab or check owns it: code that was loaded stays loaded for as long as the process lives, in
 * whichever check it was first used.
 */
const warmed = new WeakMap<Model, Map<string, Promise<unknown>>>();

/** What hindered an operation by itself, if anything did; it need not hinder it in a schedule. */
export async function warmUp({ lab, scenario, start }: Trial): Promise<unknown> {
  const [learned] = lab.oracle.learned;
  const known = warmed.get(lab.model) ?? new Map<string, Promise<unknown>>();
  let hindered: unknown;
  warmed.set(lab.model, known);
  for (const call of scenario.sessions.flat()) {
    let running = known.get(call.operation);
    if (running === undefined) {
      // What it gives is kept: the oracle asks for it next. One that fails, or never ends alone, says so when it is asked.
      running = learned.apply(learned.number(start), call, lab.model.memory?.() ?? {}).then(
        () => undefined,
        (error: unknown) => error,
      );
      known.set(call.operation, running);
    }
    hindered ??= await running;
  }
  return hindered;
}
