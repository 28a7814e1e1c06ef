/** The setting of executions, in the words of every first line. */
import type { Setting } from '../core/result.ts';
import { oneLine } from './text.ts';

/** `bank-account/read-then-write on postgres 18.4, read committed`. */
export function settingText(setting: Setting): string {
  return oneLine(`${setting.model} on ${setting.engine}, ${setting.isolation}`);
}
