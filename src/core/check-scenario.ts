/** Checks a scenario written by hand: an example, or the scenario of a replay line. */
import { copyProblem } from './copying.ts';
import { unknownKey } from './known-keys.ts';
import type { Call, Model } from './model.ts';
import { kindOf, rowsProblem } from './rows.ts';
import type { Scenario } from './scenario.ts';

const scenarioKeys = Object.keys({ rows: 0, sessions: 0 } satisfies Record<keyof Scenario, 0>);
const callKeys = Object.keys({ operation: 0, args: 0 } satisfies Record<keyof Call, 0>);

/** The scenario's problem, in words; undefined if the model can run it. */
export function scenarioProblem(model: Model, scenario: unknown): string | undefined {
  if (typeof scenario !== 'object' || scenario === null)
    return `it is ${kindOf(scenario)}, not { rows, sessions }`;
  const unknown = unknownKey(scenario, scenarioKeys);
  if (unknown !== undefined) return `the key ${unknown}`;
  const { rows, sessions } = scenario as Partial<Scenario>;
  const problem = rowsProblem(rows);
  if (problem !== undefined) return `\`rows\`: ${problem}`;
  if (!Array.isArray(sessions) || sessions.length === 0) return '`sessions` must be a list of lists of calls';
  for (const [index, calls] of (sessions as readonly unknown[]).entries()) {
    if (!Array.isArray(calls)) return `session ${index + 1} is ${kindOf(calls)}, not a list of calls`;
    for (const call of calls as readonly unknown[]) {
      const wrong = callProblem(model, call);
      if (wrong !== undefined) return `session ${index + 1}: ${wrong}`;
    }
  }
  return undefined;
}

function callProblem(model: Model, call: unknown): string | undefined {
  if (typeof call !== 'object' || call === null) return `a call is ${kindOf(call)}, not { operation, args }`;
  const unknown = unknownKey(call, callKeys);
  if (unknown !== undefined) return `the key ${unknown}`;
  const { operation, args } = call as Partial<Call>;
  if (typeof operation !== 'string' || !Object.hasOwn(model.operations, operation)) {
    const known = Object.keys(model.operations).join(', ');
    return `there is no operation ${JSON.stringify(operation)}; there are ${known}`;
  }
  if (!Array.isArray(args)) return `\`args\` of ${operation} must be a list`;
  const problem = copyProblem(args);
  return problem === undefined ? undefined : `\`args\` of ${operation}: ${problem}`;
}
