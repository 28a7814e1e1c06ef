/** Schemas of every kind: a race on each is found, and its mend holds. */
import { oddSchemas } from '../support/odd-schemas.ts';
import { topic, type AbuseCase } from './case.ts';
import { expectEnd, expectHolds } from './expect.ts';
import { fixture } from './world.ts';

export const schemas: readonly AbuseCase[] = topic(
  'schemas',
  oddSchemas.map(({ name, superuser = false }) => ({
    name,
    quick: name === 'deferred and exclusion constraints' ? ['plain role'] : false,
    places: superuser ? ['throw-away', 'superuser'] : ['throw-away', 'superuser', 'plain role'],
    run: async (world) => {
      const size = ['--seed', '1', '--sessions', '2', '--operations', '1', '--runs', '3'];
      const check = async (variant: string) =>
        world.lockstep(
          ['check', fixture('odd.ts'), '--variant', variant, ...size, ...(await world.where())],
          { env: { ODD_SCHEMA: name } },
        );
      expectEnd(await check('faulty'), 1, /VIOLATION/);
      expectHolds(await check('mended'));
    },
  })),
);
