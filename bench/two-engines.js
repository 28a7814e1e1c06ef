/** Schedules per second of the same model on Postgres and on PGlite: run, judged, reset. */
import { exploreAll, openLab } from './laboratory.js';
import { ratio, takeTurns } from './measure.js';
import { scenario, sixSteps } from './six-steps.js';

export async function measureEngines(drivers, rounds) {
  const labs = [];
  try {
    for (const driver of drivers) labs.push(await openLab(driver, sixSteps));
    const measured = await takeTurns(
      labs.map((lab) => ({
        name: lab.setting.driver,
        batch: () => exploreAll(lab, scenario),
      })),
      { rounds },
    );
    const engines = Object.fromEntries(labs.map((lab) => [lab.setting.driver, lab.setting.engine]));
    return { measured, engines, ratioOf: (above, below) => ratio(measured[above], measured[below]) };
  } finally {
    for (const lab of labs) await lab.close();
  }
}
