/** Casbin's Sequelize adapter saves a policy: node-casbin/sequelize-adapter#18, before and after 2.0.1. */
import { newEnforcer, newModel } from 'casbin';
import v2_0_0 from 'casbin-sequelize-adapter-faulty';
import v2_0_1 from 'casbin-sequelize-adapter-mended';
import { defineModel, operation } from 'pg-lockstep';

const rules = `
  [request_definition]\nr = sub, obj, act
  [role_definition]\ng = _, _
  [policy_definition]\np = sub, obj, act
  [policy_effect]\ne = some(where (p.eft == allow))
  [matchers]\nm = r.sub == p.sub && r.obj == p.obj && r.act == p.act`;
const policy = newModel(rules);
policy.addPolicy('p', 'p', ['alice', 'report', 'read']);

function policies({ SequelizeAdapter }: typeof v2_0_1, variant: string) {
  return defineModel({
    name: 'casbin-save-policy',
    variant,
    promise: 'saving a policy that allows alice to read takes her right away from nobody',
    schema: '', // The adapter makes its table.
    setup: async () => {
      const adapter = await SequelizeAdapter.newAdapter({
        dialect: 'postgres',
        database: 'app',
        logging: false,
      });
      // Two connections are open, as in a service that runs for a while.
      await Promise.all([1, 2].map(() => adapter.loadPolicy(newModel(rules) as any)));
      return adapter;
    },
    rows: { casbin_rule: [{ id: 1, ptype: 'p', v0: 'alice', v1: 'report', v2: 'read' }] },
    operations: {
      save: operation({ run: ({ app }) => app.savePolicy(policy) }),
      may_alice_read: operation({
        weight: 3,
        run: async ({ app }) => (await newEnforcer(newModel(rules), app)).enforce('alice', 'report', 'read'),
      }),
    },
  });
}

export const faulty = policies(v2_0_0 as any, '2.0.0');
export const mended = policies(v2_0_1, '2.0.1');
