/** What a certificate rests on and what it does not reach, in plain words. */
import type { CertifiedSource, TakenValues } from '../core/certificate.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import type { Model } from '../core/model.ts';
import type { Setting } from '../core/result.ts';
import { count, listed } from '../report/text.ts';
import type { Values } from './values.ts';

export function assumptions(
  model: Model,
  setting: Setting,
  reduced: boolean,
  remarks: readonly string[],
): readonly string[] {
  return [
    'each statement is one step: sessions are switched between statements, not within one',
    ...(reduced
      ? [
          'schedules are equivalent where they differ only in the order of steps that do not depend on each other; what a step reads, locks and writes is as the server tells',
          'where sessions meet inside the process, every step is taken to depend on every other',
        ]
      : ['no two schedules are taken to be equivalent']),
    'an operation is determined by the database, its arguments and what its session remembers; some executions are repeated to notice where it is not',
    'sessions differ in nothing but their calls: scenarios that differ only in which session makes them are one',
    'the specification is the code itself, run serially',
    ...(setting.order === 'real-time'
      ? ['serial orders keep real time']
      : setting.order === 'free'
        ? ["any serial order may explain an outcome, also one that does not keep a session's own"]
        : ["serial orders keep each session's own order"]),
    'what differs when a schedule is run at another time, with sequences that start elsewhere, was generated, and is compared up to a one-to-one renaming',
    ...((model.allowAborts ?? true)
      ? ['serialization failures and deadlocks (40001, 40P01) are allowed where they have no effect']
      : []),
    ...(model.refusal === undefined
      ? []
      : ['refusals that the model declares are allowed where they have no effect']),
    ...remarks,
  ];
}

export function limitsOfClaim(
  asked: ScenarioSize,
  values: Values,
  source: CertifiedSource,
): readonly string[] {
  const parameters = Object.entries(values.arguments).flatMap(([operation, all]) =>
    all.flatMap((each, index) =>
      each.all ? [] : [`other values of argument ${index + 1} of ${operation}: ${ofText(each)}`],
    ),
  );
  const unknown = source.packages.filter(({ version }) => version === 'unknown').map(({ name }) => name);
  return [
    `scenarios of more than ${count(asked.sessions, 'session')}, or of more than ${count(asked.operations, 'operation')} in a session`,
    ...parameters,
    ...(values.rows.all ? [] : [`other starting rows: ${ofText(values.rows)}`]),
    'switches within one statement',
    'other isolation levels, engines and major versions of the engine',
    "clients that are not the session's own, other processes, and anything else that is changed from outside",
    'what the code depends on besides its own files: packages count by their version alone, and files that are read, or imported by a name that is computed, do not count',
    ...(unknown.length === 0 ? [] : [`packages whose version was not found: ${listed(unknown)}`]),
  ];
}

function ofText({ taken, known }: TakenValues): string {
  return known > taken.length
    ? `${taken.length} of at least ${known} were taken`
    : `these ${taken.length} are all that were drawn`;
}
