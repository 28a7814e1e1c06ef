import { Automatic } from '../../src/strategy/automatic.ts';
import { ByPreemptions } from '../../src/strategy/by-preemptions.ts';
import { Pct } from '../../src/strategy/pct.ts';
import { RandomWalk } from '../../src/strategy/random-walk.ts';
import { Replay } from '../../src/strategy/replay.ts';
import { strategySuite } from './strategy-suite.ts';

strategySuite({ name: 'by preemptions', seeded: false, make: () => new ByPreemptions() });
strategySuite({
  name: 'by preemptions, at most one, few planned',
  seeded: false,
  make: () => new ByPreemptions({ maxPreemptions: 1, maxPlanned: 5 }),
});
strategySuite({ name: 'random walk', seeded: true, make: (seed) => new RandomWalk(seed) });
strategySuite({
  name: 'pct',
  seeded: true,
  make: (seed, sessions) => new Pct({ seed, sessions, choices: 6, depth: 3 }),
});
strategySuite({
  name: 'automatic, small budget',
  seeded: true,
  make: (seed, sessions) => new Automatic({ seed, sessions, maxSchedules: 40, observed: false }),
});
strategySuite({
  name: 'automatic, all schedules',
  seeded: false,
  make: (seed, sessions) => new Automatic({ seed, sessions, maxSchedules: 10_000, observed: false }),
});
strategySuite({
  name: 'lenient replay',
  seeded: false,
  make: () => new Replay([{ step: 0, session: 3 }, { step: 2, session: 0 }, { step: 3, session: 1 }], 'lenient'), // prettier-ignore
});
