/** A way is taken as often as it pays. */
import { expect, test } from 'vitest';
import { Ways, ways, type Way } from '../../../src/hunt/ways.ts';
import { randomFrom } from '../../../src/strategy/random.ts';

function shares(news: Readonly<Record<Way, number>>): Record<Way, number> {
  const chooser = new Ways(randomFrom('ways'));
  const taken: Record<Way, number> = { fresh: 0, varied: 0, again: 0 };
  for (let search = 0; search < 2_000; search += 1) {
    const way = chooser.next();
    if (search >= 1_000) taken[way] += 1;
    chooser.add(way, news[way], 10);
  }
  return taken;
}

test('the one that shows most is taken most, and no way is given up', () => {
  for (const best of ways) {
    const taken = shares({ fresh: 1, varied: 1, again: 1, [best]: 20 });
    for (const way of ways) {
      if (way === best) expect(taken[way]).toBeGreaterThan(500);
      else expect(taken[way]).toBeGreaterThan(100);
    }
  }
});

test('if nothing pays, each has a third', () => {
  const taken = shares({ fresh: 0, varied: 0, again: 0 });
  for (const way of ways) expect(taken[way]).toBeGreaterThan(200);
});
