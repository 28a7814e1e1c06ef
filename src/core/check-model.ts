/** Checks a model for mistakes that types cannot catch, or that were made without types; messages address its author. */
import { isArbitrary } from './arbitrary.ts';
import { Fault } from './fault.ts';
import { isolationLevels } from './isolation.ts';
import { unknownKey } from './known-keys.ts';
import type { Model, ModelCheck, Operation, Specification } from './model.ts';
import { orderRules } from './order-rule.ts';
import { rowsProblem } from './rows.ts';

const modelKeys = Object.keys({
  name: 0,
  variant: 0,
  kind: 0,
  description: 0,
  promise: 0,
  schema: 0,
  setup: 0,
  beforeEach: 0,
  teardown: 0,
  rows: 0,
  operations: 0,
  clients: 0,
  memory: 0,
  shared: 0,
  generated: 0,
  refusal: 0,
  allowAborts: 0,
  specification: 0,
  invariants: 0,
  expected: 0,
  check: 0,
} satisfies Record<keyof Model, 0>);

const operationKeys = Object.keys({
  arguments: 0,
  run: 0,
  request: 0,
  serial: 0,
  compare: 0,
  weight: 0,
} satisfies Record<keyof Operation, 0>);
const specificationKeys = Object.keys({ init: 0, apply: 0 } satisfies Record<keyof Specification, 0>);

/** @throws Fault `bad-model` if a part is missing, of the wrong kind, or unknown */
export function assertModel(model: Model): void {
  const problem = isObject(model) ? problemOf(model) : 'it must be an object, as `defineModel` makes it';
  if (problem === undefined) return;
  const name = JSON.stringify((model as Partial<Model> | undefined)?.name ?? '(without a name)');
  throw new Fault(`the model ${name} is not complete`, { code: 'bad-model', kind: 'usage', detail: problem });
}

function problemOf(model: Model): string | undefined {
  const unknown = unknownKey(model, modelKeys);
  if (unknown !== undefined) return `the key ${unknown}`;
  const { name, variant, kind, description, promise, schema, allowAborts } = model;
  if (!isName(name)) return '`name` must be letters, digits, dots, dashes or underscores';
  if (variant !== undefined && !isName(variant))
    return '`variant` must be letters, digits, dots, dashes or underscores';
  for (const [key, text] of Object.entries({ kind, description, promise }))
    if (text !== undefined && typeof text !== 'string') return `\`${key}\` must be text`;
  if (typeof schema !== 'string') return '`schema` must be SQL text (it may be empty)';
  if (allowAborts !== undefined && typeof allowAborts !== 'boolean')
    return '`allowAborts` must be true or false';
  return (
    clientsProblem(model.clients) ??
    operationsProblem(model.operations, model.clients !== undefined) ??
    rowsOfModel(model.rows) ??
    callbacksProblem(model) ??
    generatedProblem(model.generated) ??
    expectedProblem(model.expected) ??
    checkProblem(model.check)
  );
}

function clientsProblem(clients: Model['clients']): string | undefined {
  return clients === undefined || typeof (clients as Partial<typeof clients> | null)?.start === 'function'
    ? undefined
    : '`clients` must be what `processes` or `http` returns';
}

/** @param called whether operations without a `run` are called in other programs */
function operationsProblem(given: Model['operations'] | undefined, called: boolean): string | undefined {
  const operations = isObject(given) ? Object.entries(given) : [];
  if (operations.length === 0) return '`operations` must name at least one operation';
  for (const [name, operation] of operations) {
    const { run, request } = (operation as Operation | undefined) ?? {};
    if (typeof run !== 'function' && !(called && run === undefined && isObject(operation)))
      return `operation "${name}" has no \`run\` function`;
    if (request !== undefined && typeof request !== 'function')
      return `\`request\` of operation "${name}" must be a function of its arguments`;
    const unknown = unknownKey(operation, operationKeys);
    if (unknown !== undefined) return `the key ${unknown} (in operation "${name}")`;
    const { weight = 1, serial, compare } = operation;
    for (const [key, each] of Object.entries({ serial, compare }))
      if (each !== undefined && typeof each !== 'function')
        return `\`${key}\` of operation "${name}" must be a function`;
    const drawn: unknown = operation.arguments;
    if (drawn !== undefined && !(Array.isArray(drawn) && drawn.every(isArbitrary)))
      return `\`arguments\` of operation "${name}" must be an array of fast-check arbitraries`;
    if (!Number.isSafeInteger(weight) || weight < 0)
      return `\`weight\` of operation "${name}" must be a whole number from 0`;
  }
  return operations.every(([, { weight }]) => weight === 0)
    ? '`weight` is 0 for every operation, so none is ever drawn'
    : undefined;
}

function rowsOfModel(rows: Model['rows']): string | undefined {
  if (rows === undefined || isArbitrary(rows)) return undefined;
  const problem = rowsProblem(rows);
  return problem === undefined
    ? undefined
    : `\`rows\` must be rows by table, or a fast-check arbitrary of them: ${problem}`;
}

function callbacksProblem(model: Model): string | undefined {
  const { setup, beforeEach, teardown, memory, shared, refusal, invariants, specification } = model;
  for (const [name, each] of Object.entries({ setup, beforeEach, teardown }))
    if (each !== undefined && typeof each !== 'function') return `\`${name}\` must be a function`;
  for (const [name, make] of Object.entries({ memory, shared })) {
    if (make !== undefined && typeof make !== 'function')
      return `\`${name}\` must be a function that makes the value, so that every execution gets one of its own`;
  }
  if (refusal !== undefined && typeof refusal !== 'function')
    return '`refusal` must be a function of an answer and its call';
  if (invariants !== undefined && !isObject(invariants))
    return '`invariants` must be an object: names to functions';
  for (const [name, invariant] of Object.entries(invariants ?? {})) {
    if (typeof invariant !== 'function') return `invariant "${name}" must be a function`;
  }
  if (specification === undefined) return undefined;
  const complete =
    isObject(specification) &&
    typeof specification.init === 'function' &&
    typeof specification.apply === 'function';
  if (!complete) return '`specification` must have the functions `init` and `apply`';
  const unknown = unknownKey(specification, specificationKeys);
  return unknown === undefined ? undefined : `the key ${unknown} (in \`specification\`)`;
}

function generatedProblem(generated: Model['generated']): string | undefined {
  if (generated === undefined) return undefined;
  const isFine =
    isObject(generated) &&
    Object.values(generated).every(
      (columns) => Array.isArray(columns) && columns.every((column) => typeof column === 'string'),
    );
  return isFine ? undefined : "`generated` must be lists of columns by table: { tickets: ['code'] }";
}

function expectedProblem(expected: Model['expected']): string | undefined {
  if (expected === undefined) return undefined;
  if (!isObject(expected)) return '`expected` must be an object: levels to `holds` or `violated`';
  const unknown = unknownKey(expected, [...isolationLevels, 'pglite']);
  if (unknown !== undefined) return `the key ${unknown} (in \`expected\`)`;
  const isFine = Object.values(expected).every(
    (each) => each === undefined || each === 'holds' || each === 'violated',
  );
  return isFine ? undefined : '`expected` must say `holds` or `violated` of each level';
}

const checkKeys = Object.keys({
  isolation: 0,
  order: 0,
  sessions: 0,
  maxOperations: 0,
} satisfies Record<keyof ModelCheck, 0>);

function checkProblem(check: Model['check']): string | undefined {
  if (check === undefined) return undefined;
  if (!isObject(check)) return '`check` must be an object: { isolation, order, sessions, maxOperations }';
  const unknown = unknownKey(check, checkKeys);
  if (unknown !== undefined) return `the key ${unknown} (in \`check\`)`;
  const { isolation = [], order, sessions, maxOperations } = check;
  const levels: readonly unknown[] = Array.isArray(isolation) ? isolation : [isolation];
  if (!levels.every((level) => isolationLevels.some((each) => each === level)))
    return `\`isolation\` in \`check\` must be of ${isolationLevels.join(', ')}`;
  if (order !== undefined && !orderRules.includes(order))
    return `\`order\` in \`check\` must be of ${orderRules.join(', ')}`;
  const sizes: readonly unknown[] = [
    ...(isObject(sessions) ? [sessions.min, sessions.max] : [sessions ?? 1]),
    maxOperations ?? 1,
  ];
  return sizes.every((size) => Number.isInteger(size) && Number(size) >= 1)
    ? undefined
    : '`sessions` and `maxOperations` in `check` must be whole numbers from 1';
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.-]+$/.test(value);
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
