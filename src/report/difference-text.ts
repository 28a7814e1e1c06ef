/** Where two executions of one schedule first differ, in the words that a result holds. */
import type { HistoryDifference } from '../core/history-difference.ts';
import { canonicalText } from '../core/plain.ts';
import type { Inconclusive } from '../core/result.ts';
import { unreachable } from '../core/unreachable.ts';
import { eventText } from './event-text.ts';
import { tablesApart } from './tables-text.ts';

type Nondeterminism = Inconclusive & { readonly kind: 'nondeterminism' };

export function differenceTexts(
  difference: HistoryDifference,
): Pick<Nondeterminism, 'step' | 'only' | 'first' | 'second'> {
  const { kind } = difference;
  switch (kind) {
    case 'step': {
      const { step, first, second } = difference;
      return { step, first: eventText(first), second: eventText(second) };
    }
    case 'memory': {
      const { first, second } = difference;
      return { step: undefined, only: kind, first: memoryText(first), second: memoryText(second) };
    }
    case 'final tables':
      return { step: undefined, only: kind, ...tablesApart(difference.first, difference.second) };
    default:
      return unreachable(difference);
  }
}

/** @param memories what each session remembers at the end */
function memoryText(memories: readonly unknown[]): string {
  return `remembered ${canonicalText(memories)}`;
}
