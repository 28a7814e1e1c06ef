/**
 * A recipe says how a changed schema comes about: which operation left it, from which state. To begin in such a state, the
 * operation runs again. (Text that a dump would make from the catalogue can only hold what its author thought of, and
 * replayed statements lack what a client library does on its own; the operation itself does all of it.)
 */
import { Fault } from '../core/fault.ts';
import { defaultChoice } from '../core/schedule.ts';
import type { DatabaseState } from '../core/state.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import { schemaKey } from './schemas.ts';

export interface Recipe {
  readonly from: DatabaseState;
  readonly setup: ExecutionSetup;
}

export class SchemaRecipes {
  readonly #recipes = new Map<string, Recipe>();

  /** Remembers the first way to a schema, so that each recipe begins in a schema whose recipe is older. */
  add(final: DatabaseState, from: DatabaseState, setup: ExecutionSetup): void {
    const key = schemaKey(final);
    if (key === '' || setup.sessions.length !== 1 || key === schemaKey(from) || this.#recipes.has(key))
      return;
    const { model, sessions, memories, limits } = setup;
    const again = { model, sessions, ...(memories === undefined ? {} : { memories }), limits };
    this.#recipes.set(key, { from, setup: { ...again, choose: defaultChoice, patient: true } });
  }

  /** The recipe of the schema of a state; `model` if it is the model's own. */
  recipeFor(state: DatabaseState): Recipe | 'model' {
    const key = schemaKey(state);
    const recipe = key === '' ? 'model' : this.#recipes.get(key);
    if (recipe === undefined) throw new Error('no operation of this lane left the schema of this state');
    return recipe;
  }
}

export function notRepeatedFault({ setup }: Recipe): Fault {
  const names = setup.sessions.flat().map(({ operation }) => operation);
  return new Fault(`operation ${names.join()} leaves another schema each time`, {
    code: 'schema-not-repeated',
    kind: 'usage',
    detail: 'run alone, twice from the same state, it made objects of different names or definitions',
    hint: 'a name that is drawn at random, or made from a clock, cannot be compared: let the model choose it',
  });
}
