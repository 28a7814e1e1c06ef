/** Makes the programs of an execution's sessions ready for it: they run, remember nothing, and have run its operations before. */
import { defaultChoice } from '../core/schedule.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import type { Handshakes } from './handshakes.ts';
import type { Seats } from './seats.ts';

/**
 * @param run runs an execution from the state from which this one starts
 * @throws Fault `worker-start`
 */
export async function preparePrograms(
  seats: Seats,
  handshakes: Handshakes,
  { model, sessions, limits }: ExecutionSetup,
  run: (setup: ExecutionSetup) => Promise<unknown>,
): Promise<void> {
  await seats.prepare(model, sessions);
  const first = seats.takeFirstCalls(model, sessions);
  if (first.length === 0) return;
  seats.warming = true;
  try {
    for (const { session, call } of first) {
      const alone = Array.from({ length: session + 1 }, (_, index) => (index === session ? [call] : []));
      const watched = async (): Promise<ReturnType<Handshakes['takeWatched']>> => {
        handshakes.watch();
        await run({ model, sessions: alone, choose: defaultChoice, limits, patient: true });
        return handshakes.takeWatched();
      };
      // Twice, so that what the program sends only on a new connection is known from then on.
      handshakes.learn(await watched(), await watched());
    }
  } finally {
    seats.warming = false;
  }
  await seats.prepare(model, sessions);
}
