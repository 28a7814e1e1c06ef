/** `lockstep export`: writes a race of saved results as a file that stands alone. */
import { dirname, relative, resolve, sep } from 'node:path';
import type { ModelFacts } from '../campaign/model-facts.ts';
import { writeWhole } from '../campaign/write-whole.ts';
import { Fault } from '../core/fault.ts';
import type { Counterexample } from '../core/result.ts';
import { exportIsolation } from '../export/isolation.ts';
import { exportPsql } from '../export/psql.ts';
import { exportVitest } from '../export/vitest.ts';
import { settingText } from '../report/setting-text.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { findModel } from './find-model.ts';
import { raceNumber, racesIn, readSavedResults } from './saved-results.ts';
import type { OptionTable } from './options/option.ts';
import { oneOf, text, wholeNumber } from './values.ts';

export type ExportFormat = 'psql' | 'isolation' | 'vitest';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Counted from 1 over the results that have a race. Default: the first. */
  readonly race: number | undefined;
  /** The file that defines the model. Default: the model folders are searched. */
  readonly model: string | undefined;
  /** Default: stdout. */
  readonly output: string | undefined;
}

export const exportTable: OptionTable<ExportOptions> = {
  format: {
    argument: '<name>',
    read: oneOf(['psql', 'isolation', 'vitest'], 'psql, isolation or vitest'),
    standard: 'psql',
    required: true,
    help: 'psql, isolation or vitest',
  },
  race: {
    argument: '<n>',
    read: wholeNumber,
    standard: undefined,
    help: 'which, if the results have several',
    shown: '1',
  },
  model: {
    argument: '<file>',
    read: text,
    standard: undefined,
    help: "the file that defines the race's model",
    shown: 'searched for in models/',
  },
  output: {
    argument: '<file>',
    read: text,
    standard: undefined,
    help: 'where to write it',
    shown: 'stdout',
  },
};

export interface ExportRequest extends ExportOptions {
  /** Results as `lockstep check --json` writes them. */
  readonly results: string;
}

export async function exportCommand(command: Command, request: ExportRequest): Promise<number> {
  const { terminal } = command;
  const { results } = readSavedResults(request.results);
  const { counterexample } = raceNumber(results, request.race ?? 1, request.results);
  const id = counterexample.setting.model;
  const model = await findModel(command, request.model ?? id, id, 'race');
  const file = exportText(counterexample, model, request);
  const races = racesIn(results).length;
  if (races > 1 && request.race === undefined) {
    const where = settingText(counterexample.setting);
    terminal.err(`race 1 of ${races}: ${where}; --race chooses another`);
  }
  if (request.output === undefined) process.stdout.write(file);
  else {
    writeWhole(request.output, file);
    terminal.err(`wrote ${request.output}`);
  }
  return exitCodes.holds;
}

/** @throws Fault `made-in-setup` if the file could not make the tables */
export function exportText(
  counterexample: Counterexample,
  model: ModelFacts,
  { format, output }: Pick<ExportRequest, 'format' | 'output'>,
): string {
  if (format !== 'vitest' && model.madeInSetup) {
    throw new Fault(`the tables of ${model.id} are made by its \`setup\`, which is not SQL`, {
      code: 'made-in-setup',
      kind: 'usage',
      hint: 'use --format vitest, whose test runs the model, or write the tables as the `schema` of the model',
    });
  }
  switch (format) {
    case 'psql':
      return exportPsql(counterexample, model.schema);
    case 'isolation':
      return exportIsolation(counterexample, model.schema);
    case 'vitest': {
      const from = output === undefined ? process.cwd() : dirname(resolve(output));
      const path = relative(from, model.absolute).split(sep).join('/');
      const specifier = path.startsWith('.') ? path : `./${path}`;
      return exportVitest(counterexample, { specifier, exported: model.exported });
    }
  }
}
