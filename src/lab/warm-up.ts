/**
 * Runs each operation once by itself before its first schedule. When code is first used it loads modules, compiles and fills
 * caches (Prisma's client compiles its queries). The engine sees nothing of that: a session would seem to wait for another,
 * and the first execution would differ from all later ones.
 */
import type { Model } from '../core/model.ts';
import type { Trial } from './trial.ts';

/** By model and operation. Of the process and not of a lab, since loaded code stays loaded until the process ends. */
const warmUps = new WeakMap<Model, Map<string, Promise<unknown>>>();

/** The first error of an operation by itself, if there was one; the operation may still run in a schedule. */
export async function warmUp({ lab, scenario, start }: Trial): Promise<unknown> {
  const [learned] = lab.oracle.learned;
  const known = warmUps.get(lab.model) ?? new Map<string, Promise<unknown>>();
  let problem: unknown;
  warmUps.set(lab.model, known);
  for (const call of scenario.sessions.flat()) {
    let running = known.get(call.operation);
    if (running === undefined) {
      // The oracle keeps the result, which it needs next. An operation that fails or never ends alone fails there again.
      running = learned.apply(learned.number(start), call, lab.model.memory?.() ?? {}).then(
        () => undefined,
        (error: unknown) => error,
      );
      known.set(call.operation, running);
    }
    problem ??= await running;
  }
  return problem;
}
