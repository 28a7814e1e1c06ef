/** The assumptions of a certificate, and the limits of its claim. */
import type { Certificate, TakenValues } from '../core/certificate.ts';
import type { Model } from '../core/model.ts';
import type { OrderRule } from '../core/order-rule.ts';
import type { Setting } from '../core/result.ts';
import { count, listed } from './text.ts';

/** No size was covered, so there is no certificate. */
export const nothingCoveredText: string =
  'not even the smallest size was searched completely, so there is nothing to certify';

/**
 * @param reduced whether one schedule stands for all that are equivalent to it
 * @param remarks about the engine
 */
export function assumptionTexts(
  model: Pick<Model, 'allowAborts' | 'refusal'>,
  { order }: Setting,
  reduced: boolean,
  remarks: readonly string[],
): readonly string[] {
  return [
    'each statement is one step: sessions are switched between statements, not within one',
    ...(reduced
      ? [
          'schedules are equivalent if they differ only in the order of steps that do not depend on each other; the server reports what a step reads, locks and writes',
          'if sessions meet inside the process, every step is taken to depend on every other',
        ]
      : ['no two schedules are taken to be equivalent']),
    'an operation is determined by the database, its arguments and the memory of its session; some executions are repeated to notice if it is not',
    'sessions differ in nothing but their calls: scenarios that differ only in which session makes them are one',
    'the specification is the code itself, run serially',
    orderTexts[order],
    'a value that differs when a schedule is run again, with sequences that start elsewhere, was generated: it is compared up to a one-to-one renaming',
    ...((model.allowAborts ?? true)
      ? ['serialization failures and deadlocks (40001, 40P01) are allowed if they have no effect']
      : []),
    ...(model.refusal === undefined
      ? []
      : ['refusals that the model declares are allowed if they have no effect']),
    ...remarks,
  ];
}

const orderTexts: Readonly<Record<OrderRule, string>> = {
  session: "serial orders keep each session's own order",
  'real-time': 'serial orders keep real time',
  free: "any serial order may explain an outcome, also one that does not keep a session's own",
};

export function claimLimitTexts({
  asked,
  rows,
  arguments: values,
  source,
}: Pick<Certificate, 'asked' | 'rows' | 'arguments' | 'source'>): readonly string[] {
  const parameters = Object.entries(values).flatMap(([operation, all]) =>
    all.flatMap((each, index) =>
      each.all ? [] : [`other values of argument ${index + 1} of ${operation}: ${ofText(each)}`],
    ),
  );
  const unknown = source.packages.filter(({ version }) => version === 'unknown').map(({ name }) => name);
  return [
    `scenarios of more than ${count(asked.sessions, 'session')}, or of more than ${count(asked.operations, 'operation')} in a session`,
    ...parameters,
    ...(rows.all ? [] : [`other starting rows: ${ofText(rows)}`]),
    'switches within one statement',
    'other isolation levels, engines and major versions of the engine',
    "clients other than the session's own, other processes, and all other changes from outside",
    'other things that the code depends on: packages count by their versions alone; files that it reads, or imports by a computed name, do not count',
    ...(unknown.length === 0 ? [] : [`packages whose version was not found: ${listed(unknown)}`]),
  ];
}

function ofText({ taken, known }: TakenValues): string {
  return known > taken.length
    ? `${taken.length} of at least ${known} were taken`
    : `these ${taken.length} are all that were drawn`;
}
