/** A violation in words, from its evidence. */
import type { AnomalyName } from '../core/explanation.ts';
import type { Counterexample } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import { unreachable } from '../core/unreachable.ts';
import type { OrderRule, Violation } from '../core/verdict.ts';
import { answerVerb, operationText, sessionText } from './call-text.ts';
import { anomalyText } from './explanation-text.ts';
import type { Section } from './labelled.ts';
import { notSerializableTexts, saysItAll, serialTexts, type SerialDetail } from './serial-text.ts';
import { tableTexts } from './tables-text.ts';
import { cutMiddle, listed, oneLine } from './text.ts';
import { valueText } from './value-text.ts';

/** A longer text of a statement does not help to find it in the code. */
const shownStatement = 200;

/** The kind of violation, for the first line. */
export function violationKind(violation: Violation, order: OrderRule): string {
  switch (violation.kind) {
    case 'not-serializable':
      return order === 'real-time' ? 'not linearizable' : 'not serializable';
    case 'stuck':
      return 'stuck';
    case 'invariant':
      return `invariant "${oneLine(violation.name)}" broken`;
    case 'specification':
      return 'not as specified';
    case 'unawaited':
      return 'statement not awaited';
    case 'abort':
      return 'forbidden abort';
    default:
      return unreachable(violation);
  }
}

/** The anomaly's name, or the kind of violation, or both if each says something: `lost update (P4)`. */
export function violationTitle({
  violation,
  setting,
  explanation,
}: Pick<Counterexample, 'violation' | 'setting' | 'explanation'>): string {
  return titleText(violation, setting.order, explanation?.anomaly);
}

function titleText(violation: Violation, order: OrderRule, anomaly: AnomalyName | undefined): string {
  const name = anomaly === undefined || anomaly.code === violation.kind ? undefined : anomalyText(anomaly);
  const kind = violationKind(violation, order);
  if (name === undefined) return kind;
  return violation.kind === 'not-serializable' && order !== 'real-time' ? name : `${kind}: ${name}`;
}

/** A violation of another kind than the reported one: enough to see it again. */
export function otherViolationText(
  {
    setting,
    violation,
    anomaly,
  }: Pick<Counterexample, 'setting' | 'violation'> & { readonly anomaly: AnomalyName },
  replay: string,
): string {
  return `on the way another violation was seen: ${titleText(violation, setting.order, anomaly)}; replay ${replay}`;
}

/** The observed outcome, and the possible serial ones. */
export function violationSections(
  counterexample: Counterexample,
  detail: SerialDetail = 'few',
): readonly Section[] {
  const { violation, scenario, setting, answers } = counterexample;
  switch (violation.kind) {
    case 'not-serializable':
      return [
        ['observed', notSerializableTexts(violation, scenario, setting.order)],
        ['serial', saysItAll(violation) ? [] : serialTexts(violation, scenario, detail)],
      ];
    case 'stuck':
      return [
        ['observed', [stuckText(violation, scenario), 'nobody can go on, and the database sees no deadlock']],
      ];
    case 'invariant':
      return [
        ['observed', [oneLine(violation.complaint)]],
        ['tables', tableTexts(violation.observed.state)],
      ];
    case 'specification': {
      const what = operationText(scenario, violation.where);
      return [
        [
          'observed',
          [
            `run serially, ${what} ${answerVerb(violation.answer)}; the specification says ${valueText(violation.specified)}`,
            'no overlap is needed to see it: either the specification is wrong, or the code',
          ],
        ],
      ];
    }
    case 'unawaited': {
      const what = operationText(scenario, violation.where);
      const texts = violation.statements.map((text) => cutMiddle(oneLine(text), shownStatement));
      return [
        [
          'observed',
          [
            `${what} ended without waiting for: ${texts.join('; ')}`,
            'its caller goes on before that has happened, and nobody sees it fail: most often an await is missing',
          ],
        ],
      ];
    }
    case 'abort': {
      const answer = answers[violation.where.session]?.[violation.where.operation];
      const how = answer === undefined ? `failed with error ${violation.sqlstate}` : answerVerb(answer);
      const what = operationText(scenario, violation.where);
      return [['observed', [`${what} ${how}; the model allows no aborts`]]];
    }
    default:
      return unreachable(violation);
  }
}

function stuckText(violation: Violation & { readonly kind: 'stuck' }, scenario: Scenario): string {
  return violation.waits
    .map(({ session, operation, where, by }) => {
      const who = operationText(scenario, { session, operation });
      const whom = by.length === 0 ? '' : ` for ${listed(by.map(sessionText))}`;
      return where === 'database'
        ? `${who} waits in the database${whom}`
        : `${who} waits outside the database${whom}`;
    })
    .join('; ');
}
