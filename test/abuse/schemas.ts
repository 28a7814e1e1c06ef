/** Schemas of every kind: a race on each is found, and its mend holds. */
import { oddSchemas } from '../support/odd-schemas.ts';
import { topic, type AbuseCase } from './case.ts';
import { expectPair } from './expect.ts';
import { fixture } from './world.ts';

export const schemas: readonly AbuseCase[] = topic(
  'schemas',
  oddSchemas.map(({ name, superuser = false }) => ({
    name,
    quick: name === 'deferred and exclusion constraints' ? ['plain role'] : false,
    places: superuser ? ['throw-away', 'superuser'] : ['throw-away', 'superuser', 'plain role'],
    run: async (world) => {
      const size = ['--seed', '1', '--sessions', '2', '--operations', '1', '--runs', '3'];
      const args = [
        'check',
        fixture('odd.ts'),
        '--variant',
        'faulty,mended',
        ...size,
        ...(await world.where()),
      ];
      expectPair(await world.lockstep(args, { env: { ODD_SCHEMA: name } }));
    },
  })),
);
