/** The engine's limits as settings: each is an option of the command line and a key of the configuration file. */
import { Option } from 'commander';
import { limitNames, limitTable, type LimitName, type Limits } from '../engine/limits.ts';
import { duration, flagOf, wholeNumber, type Reader } from './values.ts';

/** A time is written with its unit (`10s`), so the setting's name leaves it out. */
type WithoutUnit<Name extends string> = Name extends `${infer Rest}Ms` ? Rest : Name;

export type LimitSetting = WithoutUnit<LimitName>;

/** Times in milliseconds; undefined where the default counts. */
export type LimitSettings = Readonly<Record<LimitSetting, number | undefined>>;

interface Named {
  readonly limit: LimitName;
  readonly setting: LimitSetting;
  readonly isTime: boolean;
}

const all: readonly Named[] = limitNames.map((limit) => {
  const isTime = limit.endsWith('Ms');
  return { limit, setting: (isTime ? limit.slice(0, -'Ms'.length) : limit) as LimitSetting, isTime };
});

export const limitReaders: Readonly<Record<LimitSetting, Reader<number>>> = Object.fromEntries(
  all.map(({ setting, isTime }) => [setting, isTime ? duration : wholeNumber]),
) as Record<LimitSetting, Reader<number>>;

export const limitDefaults: LimitSettings = Object.fromEntries(
  all.map(({ setting }) => [setting, undefined]),
) as Record<LimitSetting, undefined>;

export function limitsOf(settings: LimitSettings): Partial<Limits> {
  const given = all.flatMap(({ limit, setting }) => {
    const value = settings[setting];
    return value === undefined ? [] : [[limit, value] as const];
  });
  return Object.fromEntries(given);
}

/** One option for each limit: `--step-timeout <time>`. */
export function limitOptions(): readonly Option[] {
  return all.map(({ limit, setting, isTime }) => {
    const { help } = limitTable[limit];
    return new Option(
      `${flagOf(setting)} ${isTime ? '<time>' : '<n>'}`,
      `${help} (default: ${limitStandard(limit)})`,
    );
  });
}

/** The default as people write it: `10s`, `400`. */
function limitStandard(limit: LimitName): string {
  const { standard } = limitTable[limit];
  if (!limit.endsWith('Ms')) return String(standard);
  return standard % 1000 === 0 ? `${standard / 1000}s` : `${standard}ms`;
}
