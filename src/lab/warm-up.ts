/**
 * Runs each operation once by itself before its first schedule. When code is first used it loads modules, compiles and fills
 * caches (Prisma's client compiles its queries). The engine sees nothing of that: a session would seem to wait for another,
 * and the first execution would differ from all later ones.
 */
import type { Call, Model } from '../core/model.ts';
import type { Trial } from './trial.ts';

/** By model and operation. Of the process and not of a lab, since loaded code stays loaded until the process ends. */
const warmUps = new WeakMap<Model, Map<string, Promise<unknown>>>();

/** The first error of an operation by itself, if there was one; the operation may still run in a schedule. */
export async function warmUp(trial: Trial): Promise<unknown> {
  const { lab, scenario } = trial;
  const known = warmUps.get(lab.model) ?? new Map<string, Promise<unknown>>();
  let problem: unknown;
  warmUps.set(lab.model, known);
  for (const call of scenario.sessions.flat()) {
    let running = known.get(call.operation);
    if (running === undefined) {
      running = firstRun(trial, call).then(
        () => undefined,
        (error: unknown) => error,
      );
      known.set(call.operation, running);
    }
    problem ??= await running;
  }
  if (problem === undefined) await lab.meetings.look(scenario, trial.start);
  return problem;
}

/**
 * The oracle keeps the result, which it needs next. An operation that fails or never ends alone fails there again.
 *
 * If its code opened a connection, it runs once more: what it sends only the first time is the handshake of a library.
 */
async function firstRun({ lab, start }: Trial, call: Call): Promise<void> {
  const { handshakes } = lab.lane;
  const [learned] = lab.oracle.learned;
  const run = (specification: typeof learned): Promise<unknown> =>
    specification.apply(specification.number(start), call, lab.model.memory?.() ?? {});
  handshakes.watch();
  await run(learned);
  const first = handshakes.takeWatched();
  if (!first.some(({ isNew }) => isNew)) return;
  handshakes.watch();
  await run(lab.alone.specification());
  handshakes.learn(first, handshakes.takeWatched());
}
