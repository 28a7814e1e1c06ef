/** Why a certificate is out of date, and what a reader should know of one that is not. */
import type { CoveredSize } from '../core/certificate.ts';
import type { CertificateChange } from '../core/certificate-change.ts';
import { unreachable } from '../core/unreachable.ts';
import { count } from './text.ts';

export function certificateChangeText(change: CertificateChange): string {
  switch (change.kind) {
    case 'digest':
      return 'its digest does not fit: it was changed after it was made';
    case 'model':
      return `it is of model ${change.before}, not of ${change.after}`;
    case 'version':
      return `it was made by pg-lockstep ${change.before}, this is ${change.after}`;
    case 'engine':
      return engineText(change.before, change.after);
    case 'schema':
      return 'the schema changed';
    case 'file':
      return `file ${change.name} ${importText(change) ?? 'changed'}`;
    case 'package':
      return `package ${change.name} ${importText(change) ?? `was ${change.before} and is ${change.after}`}`;
    case 'violation':
      return 'a violation was found';
    case 'no-verdict':
      return 'the search gave no verdict';
    case 'values':
      return 'other values are taken for arguments or starting rows';
    case 'size': {
      const { sessions, operations } = change.before;
      const after = change.after === undefined ? 'it was not covered' : countsText(change.after);
      return `${sessions}x${operations} had ${countsText(change.before)}; now ${after}`;
    }
    default:
      return unreachable(change);
  }
}

/** The engine differs in its minor version alone. */
export function minorVersionRemark(before: string, after: string): string {
  return `${engineText(before, after)}: nothing was searched on this minor version`;
}

function engineText(before: string, after: string): string {
  return `it was made on ${before}, and this is ${after}`;
}

function importText({
  before,
  after,
}: CertificateChange & { readonly kind: 'file' | 'package' }): string | undefined {
  if (before === undefined) return 'is new';
  return after === undefined ? 'is no longer imported' : undefined;
}

function countsText({ scenarios, schedules, classes, aborted, refused }: CoveredSize): string {
  return `${count(scenarios, 'scenario')}, ${count(schedules, 'schedule')}, ${count(classes, 'class', 'classes')}, ${aborted} aborted, ${refused} refused`;
}
