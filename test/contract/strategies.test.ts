import { Automatic } from '../../src/strategy/automatic.ts';
import { ByPreemptions } from '../../src/strategy/by-preemptions.ts';
import { Pct } from '../../src/strategy/pct.ts';
import { Pos } from '../../src/strategy/pos.ts';
import { RandomWalk } from '../../src/strategy/random-walk.ts';
import { Replay } from '../../src/strategy/replay.ts';
import { Urw } from '../../src/strategy/urw.ts';
import { strategySuite } from './strategy-suite.ts';

strategySuite({ name: 'by preemptions', seeded: false, ends: true, make: () => new ByPreemptions() });
strategySuite({
  name: 'by preemptions, at most one, few planned',
  seeded: false,
  ends: true,
  make: () => new ByPreemptions({ maxPreemptions: 1, maxPlanned: 5 }),
});
strategySuite({ name: 'random walk', seeded: true, ends: false, make: (seed) => new RandomWalk(seed) });
strategySuite({
  name: 'urw',
  seeded: true,
  ends: false,
  make: (seed, sessions) => new Urw({ seed, steps: Array.from({ length: sessions }, () => 2) }),
});
strategySuite({
  name: 'pos',
  seeded: true,
  ends: false,
  make: (seed, sessions) => new Pos({ seed, sessions }),
});
strategySuite({
  name: 'pct',
  seeded: true,
  ends: false,
  make: (seed, sessions) => new Pct({ seed, sessions, choices: 6, depth: 3 }),
});
strategySuite({
  name: 'automatic, small budget',
  seeded: true,
  ends: true,
  make: (seed, sessions) => new Automatic({ seed, sessions, maxSchedules: 40, observed: false }),
});
strategySuite({
  name: 'automatic, all schedules',
  seeded: false,
  ends: true,
  make: (seed, sessions) => new Automatic({ seed, sessions, maxSchedules: 10_000, observed: false }),
});
strategySuite({
  name: 'lenient replay',
  seeded: false,
  ends: true,
  make: () => new Replay([{ step: 0, session: 3 }, { step: 2, session: 0 }, { step: 3, session: 1 }], 'lenient'), // prettier-ignore
});
