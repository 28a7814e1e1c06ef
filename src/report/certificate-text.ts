/** A certificate in a few lines: what holds, for which sizes, and which sizes were left. */
import type { Certificate } from '../core/certificate.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import { labelled, type LabelOptions } from './labelled.ts';
import { settingText } from './setting-text.ts';
import { count, listed } from './text.ts';

/** `2 sessions of 1 operation`, `3 sessions of up to 2 operations`. */
export function sizeText({ sessions, operations }: ScenarioSize): string {
  const length = operations === 1 ? '1 operation' : `up to ${operations} operations`;
  return `${count(sessions, 'session')} of ${length}`;
}

/** The whole block, without a line end. */
export function formatCertificate(certificate: Certificate, options: Partial<LabelOptions> = {}): string {
  const look = { width: 100, color: false, ...options };
  const { setting, covered, left, scenarios, schedules, classes } = certificate;
  const sizes = listed(covered.map(sizeText));
  const ran = `all ${count(scenarios, 'scenario')}, all ${count(classes, 'class', 'classes')} of schedules, ${count(schedules, 'schedule')} run`;
  return [
    ...labelled('CERTIFIED', [`${settingText(setting)}: ${sizes}; ${ran}`], {
      ...look,
      tone: 'good',
      tight: true,
    }),
    ...labelled(
      'left',
      left.map((size) => `${sizeText(size)}: ${count(size.scenarios, 'scenario')} (${reasons[size.reason]})`),
      look,
    ),
  ].join('\n');
}

const reasons = {
  schedules: 'more schedules than the limit',
  time: 'the time ran out',
  'a smaller size does not fit': 'a smaller size was left already',
} as const;
