/** The options of `certify`. Every limit carries its unit in its name. */
import type { CheckOptions, ResolvedOptions } from '../check/options.ts';
import { resolveOptions } from '../check/resolve-options.ts';
import type { CertifyLimits } from '../core/certify-limits.ts';
import { Fault } from '../core/fault.ts';
import type { Model } from '../core/model.ts';

export interface CertifyOptions extends Pick<
  CheckOptions,
  'engine' | 'isolation' | 'order' | 'limits' | 'signal' | 'onProgress'
> {
  /** The file that defines the model: `import.meta.url` there, or a path. A certificate depends on it and its imports. */
  readonly source: string | URL;
  /** Sessions of a scenario, at most. Default 3; at least 2, since a session alone has nothing to race with. */
  readonly sessions?: number;
  /** Operations of one session, at most. Default 2. */
  readonly operations?: number;
  /** Values of each argument, and starting rows, at most. Default 2: enough to be equal or to differ. */
  readonly values?: number;
  /**
   * A size with more schedules is left out, and the certificate says so. The search of a size ends early if its first
   * scenarios show that all of them would take more than twice the limit. Default: no limit.
   */
  readonly maxSchedulesPerSize?: number;
  /**
   * After this time no new schedule is begun, and the size that is being searched is left out. The certificate
   * then depends on the speed of the machine. Default: none.
   */
  readonly timeBudgetMs?: number;
}

export interface ResolvedCertifyOptions {
  readonly check: ResolvedOptions;
  readonly asked: CertifyLimits;
}

/** @throws Fault `bad-option` naming the option and what it takes */
export function resolveCertifyOptions(
  options: CertifyOptions,
  model: Pick<Model, 'check'>,
): ResolvedCertifyOptions {
  const { source, engine, isolation, order, limits, signal, onProgress, timeBudgetMs } = options;
  if (!(source instanceof URL) && typeof source !== 'string') {
    bad('source', 'the file that defines the model', 'pass import.meta.url of that file, or its path');
  }
  const { sessions = 3, operations = 2, values = 2, maxSchedulesPerSize } = options;
  if (maxSchedulesPerSize !== undefined) atLeast(1, 'maxSchedulesPerSize', maxSchedulesPerSize);
  const check = {
    engine,
    strategy: 'exhaustive' as const,
    ...(isolation === undefined ? {} : { isolation }),
    ...(order === undefined ? {} : { order }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(timeBudgetMs === undefined ? {} : { timeBudgetMs }),
  };
  return {
    check: resolveOptions(check, model),
    asked: {
      sessions: atLeast(2, 'sessions', sessions),
      operations: atLeast(1, 'operations', operations),
      values: atLeast(1, 'values', values),
      ...(maxSchedulesPerSize === undefined ? {} : { maxSchedulesPerSize }),
    },
  };
}

function atLeast(least: number, name: string, value: number): number {
  return Number.isInteger(value) && value >= least ? value : bad(name, `a whole number from ${least}`);
}

function bad(name: string, takes: string, hint?: string): never {
  throw new Fault(`option ${name} takes ${takes}`, { code: 'bad-option', kind: 'usage', hint });
}
