/** The engine's limits as options, under their own names: made from the engine's table. */
import { limitNames, limitTable, type LimitName, type Limits } from '../../engine/limits.ts';
import { duration, wholeNumber } from '../values.ts';
import type { CommandName, SettingTable } from './option.ts';

/** In the unit of each limit's name; undefined: the engine's default. */
export type LimitSettings = Readonly<Record<LimitName, number | undefined>>;

/** The commands that run operations, and so obey the limits. */
const running: readonly CommandName[] = ['check', 'certify', 'replay', 'fuzz', 'main', 'corpus run'];

/** A time is written with its unit (`10s`), so its flag has none: `--step-timeout` is `stepTimeoutMs`. */
export const limitOptionTable: SettingTable<LimitSettings> = Object.fromEntries(
  limitNames.map((name) => {
    const isTime = name.endsWith('Ms');
    const { standard, help } = limitTable[name];
    const row = {
      flag: name.replace(/Ms$/, ''),
      argument: isTime ? '<time>' : '<n>',
      read: isTime ? duration : wholeNumber,
      standard: undefined,
      help,
      shown: isTime ? timeText(standard) : String(standard),
      commands: running,
    };
    return [name, row];
  }),
) as SettingTable<LimitSettings>;

/** As people write it: `10s`. */
function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** The given limits, for the engine. */
export function limitsOf(settings: LimitSettings): Partial<Limits> {
  const given = limitNames.filter((name) => settings[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, settings[name]]));
}
