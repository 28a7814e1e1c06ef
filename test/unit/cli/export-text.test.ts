/** Which formats the race of a model can be exported in. */
import { expect, test } from 'vitest';
import { factsOf } from '../../../src/campaign/model-facts.ts';
import { exportText, type ExportFormat } from '../../../src/cli/export-command.ts';
import { defineModel, operation } from '../../../src/core/define-model.ts';
import type { Counterexample } from '../../../src/core/result.ts';
import { faultOf } from '../../support/fault-of.ts';
import { recorded } from '../../support/recorded.ts';

const race = Object.values(recorded)[0] as Counterexample;
const operations = { read: operation({ run: async () => 1 }) };
const where = { file: 'bank.ts', absolute: '/bank.ts', exported: 'bank' };
const migrated = factsOf(defineModel({ name: 'bank', setup: () => {}, operations }), where);
const started = factsOf(
  defineModel({ name: 'bank', schema: 'create table account (id int)', setup: () => {}, operations }),
  where,
);
const text = (facts: typeof migrated, format: ExportFormat): string =>
  exportText(race, facts, { format, output: undefined });

test('tables that `setup` makes are in no script', async () => {
  for (const format of ['psql', 'isolation'] as const)
    expect(await faultOf(() => text(migrated, format))).toMatchObject({
      code: 'made-in-setup',
      message: 'the tables of bank are made by its `setup`, which is not SQL',
    });
  expect(text(migrated, 'vitest')).toContain('bank');
});

test('tables of the schema are, with an application or without', () => {
  expect(text(started, 'psql')).toContain('create table account');
});
