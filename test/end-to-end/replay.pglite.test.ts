import { afterAll, test } from 'vitest';
import { pglite } from '../../src/driver/pglite/index.ts';
import { findAndReplay, onPglite, withNames } from './replay-suite.ts';

const engine = pglite();
afterAll(() => engine.close());

test.each(withNames(onPglite))('%s at %s', (_, isolation, model) => findAndReplay(engine, model, isolation));
