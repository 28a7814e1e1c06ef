/** Arguments, memories and abstract states are copied, so that later changes do not show, and compared as text. */
import { messageOf } from './fault.ts';
import { canonicalText } from './plain.ts';

/** Why a value cannot be copied and compared, in words; undefined if it can. */
export function copyProblem(value: unknown): string | undefined {
  try {
    canonicalText(structuredClone(value));
    return undefined;
  } catch (error) {
    const why = error instanceof RangeError ? 'it contains itself' : messageOf(error);
    return `it cannot be copied and compared: ${why}`;
  }
}
