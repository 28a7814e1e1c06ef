/** Casbin's Sequelize adapter saves a policy: node-casbin/sequelize-adapter#18, before and after 2.0.1. */
import v2_0_0 from 'casbin-sequelize-adapter-faulty';
import v2_0_1 from 'casbin-sequelize-adapter-mended';
import { defineModel, operation } from 'pg-lockstep';
import { mayAliceRead, open, save } from './policy.ts';

function policies(library: { SequelizeAdapter: unknown }, variant: string) {
  return defineModel({
    name: 'casbin-save-policy',
    variant,
    promise: 'saving a policy that allows alice to read takes her right away from nobody',
    schema: '', // The adapter makes its table.
    setup: () => open(library),
    rows: { casbin_rule: [{ id: 1, ptype: 'p', v0: 'alice', v1: 'report', v2: 'read' }] },
    operations: {
      save: operation({ run: ({ app }) => save(app) }),
      may_alice_read: operation({ weight: 3, run: ({ app }) => mayAliceRead(app) }),
    },
  });
}

export const faulty = policies(v2_0_0, '2.0.0');
export const mended = policies(v2_0_1, '2.0.1');
