/**
 * The gain of a second lane: the same schedules, judged, on one lane and on two at once, in one process and
 * on one server. Lanes share the process's one thread of JavaScript, so a second one gains at most the time
 * that this thread has left.
 */
import { exploreAll, openLab } from './laboratory.js';
import { ratio, takeTurns } from './measure.js';

/** @param {import('pg-lockstep').Driver} driver */
export async function measureLanes(driver, model, scenario, rounds) {
  const labs = [await openLab(driver, model), await openLab(driver, model)];
  try {
    const [first] = labs;
    const measured = await takeTurns(
      [
        {
          name: 'one',
          batch: async () => (await exploreAll(first, scenario)) + (await exploreAll(first, scenario)),
        },
        {
          name: 'two',
          batch: async () => {
            const counts = await Promise.all(labs.map((lab) => exploreAll(lab, scenario)));
            return counts.reduce((sum, count) => sum + count, 0);
          },
        },
      ],
      { rounds },
    );
    return { measured, ratio: ratio(measured.one, measured.two) };
  } finally {
    for (const lab of labs) await lab.close();
  }
}
