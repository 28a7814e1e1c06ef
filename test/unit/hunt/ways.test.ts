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

test('each has its part, and more than that while it shows most', () => {
  const taken = ways.map((best) => shares({ fresh: 1, varied: 1, again: 1, [best]: 20 }));
  for (const [index, way] of ways.entries()) {
    for (const [best, each] of taken.entries()) {
      expect(each[way]).toBeGreaterThan(60);
      if (best !== index) expect(taken[index]?.[way]).toBeGreaterThan(each[way] + 80);
    }
  }
});

test('if nothing pays, most searches change a find', () => {
  const taken = shares({ fresh: 0, varied: 0, again: 0 });
  expect(taken.varied).toBeGreaterThan(500);
  for (const way of ['fresh', 'again'] as const) expect(taken[way]).toBeGreaterThan(100);
});
