/** Calls, answers and orders of them in words: the names by which every report speaks of operations. */
import type { Answer, Call } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import type { OperationRef } from '../core/verdict.ts';
import { cutEnd, cutMiddle, fits, oneLine, textWidth, unbroken } from './text.ts';
import { valueText } from './value-text.ts';

/** `deposit(5)`; long arguments are shortened so that the whole takes at most `width` columns. */
export function callText(call: Call, width = 60): string {
  const name = oneLine(call.operation);
  const args = call.args.map(valueText);
  const whole = `${name}(${args.join(', ')})`;
  if (textWidth(whole) <= width) return whole;
  // Every argument keeps its share, so that a long one does not hide the others.
  const share = Math.floor((width - textWidth(name) - 2 * args.length) / Math.max(1, args.length));
  const shortened = `${name}(${args.map((text) => cutMiddle(text, Math.max(3, share))).join(', ')})`;
  return cutEnd(shortened, width);
}

/** `s2`. */
export function sessionText(session: number): string {
  return `s${session + 1}`;
}

/** `s2 deposit(5)`, not to be broken. */
export function operationText(scenario: Scenario, ref: OperationRef, width?: number): string {
  const call = scenario.sessions[ref.session]?.[ref.operation];
  const name = call === undefined ? `operation ${ref.operation + 1}` : callText(call, width);
  return unbroken(`${sessionText(ref.session)} ${name}`);
}

/** An order longer than this leaves out its arguments. */
const maxOrderWidth = 60;

/** `s1 deposit(5), s2 deposit(7)`, or `s1 deposit, s2 deposit` if that gets too long. */
export function orderText(scenario: Scenario, order: readonly OperationRef[]): string {
  const whole = order.map((ref) => operationText(scenario, ref, 40)).join(', ');
  if (fits(whole, maxOrderWidth)) return whole;
  return order
    .map(({ session, operation }) => {
      const name = scenario.sessions[session]?.[operation]?.operation ?? '';
      return unbroken(oneLine(`${sessionText(session)} ${name}`));
    })
    .join(', ');
}

/** A whole scenario: sessions set apart by ` | `, their operations by `, `. */
export function scenarioText(scenario: Scenario): string {
  return scenario.sessions
    .map((calls, session) => {
      const texts = calls.map((call) => callText(call, 40));
      return `${sessionText(session)}\u00a0${texts.map(unbroken).join(', ')}`.trimEnd();
    })
    .join(' | ');
}

/** How an operation failed: `error 23505 (tags_name_key)`, `TypeError: x is not a function`. */
export function failureText(answer: Answer & { readonly kind: 'failed' }): string {
  if (answer.sqlstate === undefined) return oneLine(`${answer.name}: ${answer.message}`);
  return errorText(answer.sqlstate, answer.constraint, answer.message);
}

/** A database error: code and constraint say what went wrong; without a constraint the message may be needed. */
export function errorText(
  sqlstate: string | undefined,
  constraint: string | undefined,
  message: string,
): string {
  if (sqlstate === undefined) return oneLine(`error: ${message}`);
  if (constraint !== undefined) return oneLine(`error ${sqlstate} (${constraint})`);
  return oneLine(sqlstate in abortNames ? `error ${sqlstate}` : `error ${sqlstate}: ${message}`);
}

/** Errors whose message says no more than their code; sentences say what the code means. */
const abortNames: Readonly<Record<string, string>> = {
  '40001': 'serialization failure',
  '40P01': 'deadlock',
};

/** `returned 17`, `returned nothing`, `failed with error 23505 (tags_name_key)`. */
export function answerVerb(answer: Answer, tense: 'past' | 'present' = 'past'): string {
  if (answer.kind === 'failed') {
    const name = abortNames[answer.sqlstate ?? ''];
    const text = failureText(answer) + (name === undefined ? '' : ` (${name})`);
    return `${tense === 'past' ? 'failed' : 'fails'} with ${text}`;
  }
  const value = answer.value === undefined ? 'nothing' : valueText(answer.value);
  return `${tense === 'past' ? 'returned' : 'returns'} ${value}`;
}

/** `= 17`, `! error 40001`; nothing for an operation that returned nothing. */
export function answerMark(answer: Answer): string | undefined {
  if (answer.kind === 'failed') return `! ${failureText(answer)}`;
  return answer.value === undefined ? undefined : `= ${valueText(answer.value)}`;
}
