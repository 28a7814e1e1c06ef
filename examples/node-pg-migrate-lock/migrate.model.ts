/** Two processes run node-pg-migrate at start-up: salsita/node-pg-migrate#821, before and after 6.0.0. */
import { defineModel, operation } from 'pg-lockstep';
import { starterWith } from './migrate.ts';

function migrations(library: string, variant: string) {
  return defineModel({
    name: 'node-pg-migrate-lock',
    variant,
    promise: 'a process that starts migrates the database, or hears that another one does',
    schema: '',
    operations: { start: operation({ run: starterWith(library), compare: () => 'migrated' }) },
    refusal: (answer) =>
      answer.kind === 'failed' && answer.message === 'Another migration is already running',
  });
}

export const faulty = migrations('node-pg-migrate-faulty', '5.10.0');
export const mended = migrations('node-pg-migrate-mended', '6.0.0');
