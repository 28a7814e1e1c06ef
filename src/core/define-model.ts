/** Typed constructors for models. They check what types cannot, with messages for the model's author. */
import type { Arbitrary } from './arbitrary.ts';
import { assertModel } from './check-model.ts';
import type { Clients, HttpRequest } from './clients.ts';
import type { AnyOf, Model, ModelDefinition, Operation, Session } from './model.ts';

/** Marks models made by `defineModel`, even if two copies of this package are loaded. */
const mark: unique symbol = Symbol.for('pg-lockstep.model.1') as never;
/** The place of the definition, for replay lines. */
const definition: unique symbol = Symbol.for('pg-lockstep.definition.1') as never;

/**
 * Types an operation: the arguments of `run` after the session follow from the arbitraries.
 *
 * @example
 * const deposit = operation({
 *   arguments: [fc.integer({ min: 1, max: 100 })],
 *   run: async ({ client }, amount) => { await client.query('update ...', [amount]); },
 * });
 */
export function operation<
  Args extends readonly unknown[] = readonly [],
  Memory = any,
  Shared = any,
  App = any,
  Result = any,
>(definition: {
  readonly arguments?: { readonly [K in keyof Args]: Arbitrary<Args[K]> };
  readonly run?: ((session: Session<Memory, Shared, App>, ...args: Args) => Promise<Result>) | undefined;
  readonly request?: (...args: Args) => HttpRequest;
  readonly serial?: (session: Session<Memory, Shared, App>, anyOf: AnyOf, ...args: Args) => Promise<unknown>;
  readonly compare?: (result: Result) => unknown;
  readonly weight?: number;
}): Operation<Memory, Shared, Args, App> {
  return definition as Operation<Memory, Shared, Args, App>;
}

/**
 * Defines a model. The result is the same object, checked and marked, so that the command line finds it
 * among a file's exports. What `setup` returns types `session.app`.
 *
 * @throws Fault `bad-model` if a part is missing, of the wrong kind, or unknown
 */
export function defineModel<Memory = any, Shared = any, App = any>(
  definition: ModelDefinition<Memory, Shared, App>,
): Model<Memory, Shared, App> {
  const without = definition?.schema === undefined && definition?.setup !== undefined;
  const model = (without ? { ...definition, schema: '' } : definition) as Model<Memory, Shared, App>;
  assertModel(model);
  return marked({ ...model }, new Error('where').stack);
}

/** The mark and the definition are not part of the model's own data: a spread copy does not have them. */
function marked<M extends Model>(model: M, stack: string | undefined): M {
  return Object.defineProperties(model, { [mark]: { value: true }, [definition]: { value: stack } });
}

/** The same model with other operations; it keeps the mark of {@link defineModel} and the place of its definition. */
export function withOperations(model: Model, operations: Model['operations']): Model {
  return marked({ ...model, operations }, definitionStack(model));
}

/** The same model, whose operations without a `run` are called there; it keeps its mark, too. */
export function withClients(model: Model, clients: Clients): Model {
  return marked({ ...model, clients }, definitionStack(model));
}

/** The stack of the {@link defineModel} call that made the model; undefined if it was made in another way. */
export function definitionStack(model: Model): string | undefined {
  return (model as { readonly [definition]?: string })[definition];
}

/** Whether a value was made by {@link defineModel}. */
export function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && mark in value;
}
