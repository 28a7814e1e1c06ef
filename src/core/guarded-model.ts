/**
 * A model's own functions run in the middle of a check. If one throws, or returns a value that cannot be used, that is a
 * mistake in the model: it ends the check with a fault that names the model, the function and its arguments.
 */
import { copyProblem } from './copying.ts';
import { Fault, messageOf } from './fault.ts';
import { isA } from './realm.ts';
import {
  modelId,
  type Answer,
  type Call,
  type Model,
  type Operation,
  type Rows,
  type Specification,
} from './model.ts';
import { canonicalText } from './plain.ts';
import { kindOf } from './rows.ts';

/** The same model, each of whose functions either does what it should or throws a `Fault`. */
export function guardedModel(model: Model): Model {
  const of = modelId(model);
  const { memory, shared, refusal, invariants, specification } = model;
  return {
    ...model,
    ...(memory && { memory: () => guarded(of, '`memory`', '', memory, notUsable) }),
    ...(shared && { shared: (app: unknown) => guarded(of, '`shared`', '', () => shared(app), notPromised) }),
    operations: Object.fromEntries(
      Object.entries(model.operations).map(([name, operation]) => [name, guardedLens(of, name, operation)]),
    ),
    ...(refusal && {
      refusal: (answer: Answer, call: Call) => {
        const given = (): string => `${callText(call)}, which ${answerText(answer)}`;
        return guarded(of, '`refusal`', given, () => refusal(answer, call), trueOrFalse);
      },
    }),
    ...(invariants && {
      invariants: Object.fromEntries(
        Object.entries(invariants).map(([name, invariant]) => [
          name,
          (observation) => {
            const calls = observation.sessions.map((session) =>
              session.map(({ call }) => callText(call)).join(', '),
            );
            const given = (): string => calls.map((text, session) => `s${session + 1} ${text}`).join('; ');
            return guarded(
              of,
              `invariant "${name}"`,
              given,
              () => invariant(observation),
              complaintOrNothing,
            );
          },
        ]),
      ),
    }),
    ...(specification && { specification: guardedSpecification(of, specification) }),
  };
}

function guardedLens(of: string, name: string, operation: Operation): Operation {
  const { compare, request } = operation;
  const what = (key: string): string => `\`${key}\` of operation "${name}"`;
  return {
    ...operation,
    ...(compare && {
      compare: (result) =>
        guarded(
          of,
          what('compare'),
          () => kindOf(result),
          () => compare(result),
          notPromised,
        ),
    }),
    ...(request && {
      request: (...args: readonly unknown[]) =>
        guarded(
          of,
          what('request'),
          () => args.map((arg) => canonicalText(arg)).join(', '),
          () => request(...args),
          aRequest,
        ),
    }),
  };
}

function guardedSpecification(of: string, { init, apply }: Specification): Specification {
  return {
    init: (rows: Rows) =>
      guarded(
        of,
        '`init` of the specification',
        () => canonicalText(rows),
        () => init(rows),
        notUsable,
      ),
    apply: (state, call, memory) => {
      const given = (): string => callText(call);
      return guarded(of, '`apply` of the specification', given, () => apply(state, call, memory), nextState);
    },
  };
}

/**
 * @param given the function's arguments, in words; empty if there are none
 * @param problem a result's problem, in words; undefined if there is none
 * @throws Fault `callback-fails`
 */
function guarded<T>(
  of: string,
  what: string,
  given: string | (() => string),
  run: () => T,
  problem: (result: unknown) => string | undefined,
): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    throw callbackFault(of, what, error, given);
  }
  const wrong = problem(result);
  if (wrong === undefined) return result;
  throw faultOf(`${what} of ${of} gives a value that cannot be used`, wrong, given, undefined);
}

/** What ends the check if a model's function throws: a fault of its own passes. */
export function callbackFault(
  of: string,
  what: string,
  error: unknown,
  given: string | (() => string) = '',
): Fault {
  if (error instanceof Fault) return error;
  const name = isA(error, Error) ? error.name : kindOf(error);
  return faultOf(`${what} of ${of} throws ${name}`, messageOf(error), given, error);
}

function faultOf(message: string, detail: string, given: string | (() => string), cause: unknown): Fault {
  const what = typeof given === 'string' ? given : given();
  return new Fault(message, {
    code: 'callback-fails',
    kind: 'usage',
    detail: what === '' ? detail : `${detail}; it was given ${what}`,
    hint: 'this is a mistake in the model, not a race in the code under test',
    cause,
  });
}

function notPromised(result: unknown): string | undefined {
  return isPromise(result) ? 'it returned a promise: it must not be async' : undefined;
}

function aRequest(result: unknown): string | undefined {
  if (typeof (result as { readonly path?: unknown } | null | undefined)?.path === 'string') return undefined;
  return (
    notPromised(result) ?? `it must return { method, path, headers, body }, and returned ${kindOf(result)}`
  );
}

function trueOrFalse(result: unknown): string | undefined {
  if (typeof result === 'boolean') return undefined;
  return notPromised(result) ?? `it must return true or false, and returned ${kindOf(result)}`;
}

function complaintOrNothing(result: unknown): string | undefined {
  if (result === undefined || (typeof result === 'string' && result !== '')) return undefined;
  const what = result === '' ? 'an empty text' : kindOf(result);
  return (
    notPromised(result) ?? `it must return a complaint, or undefined if all is well, and returned ${what}`
  );
}

function nextState(result: unknown): string | undefined {
  const promised = notPromised(result);
  if (promised !== undefined) return promised;
  if (typeof result !== 'object' || result === null || !('state' in result))
    return `it must return { state, value }, and returned ${kindOf(result)}`;
  return notUsable(result);
}

function notUsable(result: unknown): string | undefined {
  const promised = notPromised(result);
  if (promised !== undefined) return promised;
  const problem = copyProblem(result);
  return problem === undefined ? undefined : `in its result: ${problem}`;
}

function isPromise(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function callText({ operation, args }: Call): string {
  return `${operation}(${args.map((arg) => canonicalText(arg)).join(', ')})`;
}

function answerText(answer: Answer): string {
  return answer.kind === 'returned'
    ? `returned ${canonicalText(answer.value)}`
    : `failed with ${answer.sqlstate ?? answer.name}: ${answer.message}`;
}
