/** An application that keeps its policy with Casbin's Sequelize adapter. */
import { newEnforcer, newModel } from 'casbin';
import type { SequelizeAdapter } from 'casbin-sequelize-adapter-mended';

const rules = `
  [request_definition]\nr = sub, obj, act
  [role_definition]\ng = _, _
  [policy_definition]\np = sub, obj, act
  [policy_effect]\ne = some(where (p.eft == allow))
  [matchers]\nm = r.sub == p.sub && r.obj == p.obj && r.act == p.act`;
const policy = newModel(rules);
policy.addPolicy('p', 'p', ['alice', 'report', 'read']);

/** @param library a version of the adapter */
/** @param library a version of the adapter */
export async function open(library: { SequelizeAdapter: any }): Promise<SequelizeAdapter> {
  const options = { dialect: 'postgres', database: 'app', logging: false };
  const adapter = await library.SequelizeAdapter.newAdapter(options);
  // Two connections are open, as in a service that runs for a while.
  await Promise.all([1, 2].map(() => adapter.loadPolicy(newModel(rules) as any)));
  return adapter;
}

export const save = (adapter: SequelizeAdapter) => adapter.savePolicy(policy as any);

export async function mayAliceRead(adapter: SequelizeAdapter) {
  return (await newEnforcer(newModel(rules), adapter)).enforce('alice', 'report', 'read');
}
