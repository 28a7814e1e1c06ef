/** The commands and their options, as people type them. */
import { Command as Commander, Option } from 'commander';
import { certifyCommand } from './certify-command.ts';
import { checkCertificatesCommand } from './check-certificates-command.ts';
import { checkCommand } from './check-command.ts';
import { runCommand, type Command } from './command.ts';
import { exportCommand } from './export-command.ts';
import { packageVersion } from './json-file.ts';
import { limitOptions } from './limit-settings.ts';
import { listCommand } from './list-command.ts';
import { mainJob } from './main-job/job.ts';
import { replayCommand } from './replay-command.ts';
import { reportCommand, reportNames, type ReportName } from './report-command.ts';
import type { Raw } from './settings.ts';
import * as values from './values.ts';

const several = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

const config = new Option(
  '--config <file>',
  'configuration file (default: lockstep.config.{ts,mts,js,mjs,json} here)',
);
const server = new Option(
  '--server <url>',
  'use this Postgres server, in a database of our own (default: $LOCKSTEP_SERVER, else a throw-away server)',
);
const stall = new Option(
  '--stall <time>',
  'give up on an operation that keeps the process busy for so long (default: $LOCKSTEP_STALL, else 30s)',
);
const workers = new Option(
  '--workers <n>',
  'processes that work at once, each with its own server (default: one for each core, at most 8)',
);
const variant = new Option(
  '--variant <names>',
  'only models with these variants, separated by commas',
).argParser(several);

const kind = new Option(
  '--kind <kinds>',
  'only models of these kinds: reported, tempting, mended, separated by commas',
).argParser(several);

/** The commands that run operations, and so obey the engine's limits. */
const running: ReadonlySet<string> = new Set(['check', 'certify', 'replay', 'main']);

const exits = `
Exit codes:
  0 holds   1 violation   2 usage or configuration   3 no verdict   4 engine or harness failed
  129 SIGHUP   130 Ctrl-C   143 SIGTERM`;

/** @param exit called once with the exit code of the command that ran */
export function makeProgram(exit: (code: number) => void): Commander {
  const program = new Commander('lockstep')
    .description('Finds the races in code that talks to Postgres, statement by statement.')
    .version(packageVersion())
    .showHelpAfterError('(lockstep --help tells what there is)')
    .exitOverride()
    .addHelpText(
      'after',
      `${exits}

Examples:
  lockstep check                                   the models of the folder models/
  lockstep check models/bank.ts --isolation all    one file, at every isolation level
  lockstep replay models/bank.ts v1:...            a failure again, step by step
  lockstep report results.json --open              saved results in the browser`,
    );

  program
    .command('check')
    .description('check models: search for schedules that no serial order explains')
    .argument('[files...]', 'model files, folders of them, or quoted patterns (default: models/)')
    .option('--engine <name>', 'postgres, pglite or all (default: postgres)')
    .addOption(server)
    .option(
      '--isolation <levels>',
      'levels separated by commas, or all (default: as the model says)',
      several,
    )
    .option(
      '--order <rule>',
      'serial orders that may explain an outcome: session, real-time or free (default: as the model says)',
    )
    .option('--sessions <n>', 'sessions of a scenario, as in 2 or 2-4 (default: 2-3)')
    .option('--operations <n>', 'operations of one session at most (default: 2)')
    .option('--runs <n>', 'scenarios to generate (default: until --total)')
    .option('--total <n>', 'schedules of a model at one level in all (default: 2000)')
    .option('--schedules <n>', 'schedules to run of one scenario at most (default: 200)')
    .option('--strategy <name>', 'automatic, exhaustive, random, pct, urw or pos (default: automatic)')
    .option('--lanes <n>', 'databases to search in at once (default: 1)')
    .addOption(workers)
    .option('--seed <seed>', 'number or text (default: random, and reported)')
    .option('--path <path>', "fast-check's path, as reported with a failure")
    .option('--time <time>', 'for the whole command, as in 90s or 5m')
    .addOption(variant)
    .addOption(kind)
    .option('--json <file>', 'write the results as JSON; - is stdout')
    .option('--no-reduction', 'run all schedules, also those that are equivalent to one already run')
    .option('--html <file>', 'write them as one page that opens offline; - is stdout here and below')
    .option('--markdown <file>', 'write them for a job summary')
    .option('--junit <file>', 'write them as JUnit XML')
    .option('--sarif <file>', 'write the violations as SARIF, for code scanning')
    .option('--github <file>', 'write them as annotations of GitHub Actions')
    .option('--no-shrink', 'report the first failure as it was found')
    .option('--fail-on-warnings', 'no verdict (exit code 3) where a property may not have been able to fail')
    .option('--reports <folder>', 'where failures are saved (default: reports)')
    .addHelpText(
      'after',
      `${exits}

Examples:
  lockstep check models/bank.ts
  lockstep check "models/**/*.ts" --engine all --isolation "read committed,serializable"
  lockstep check --time 5m --seed nightly-2026-11-22 --json results.json
  lockstep check models/bank.ts --sessions 2 --operations 1 --strategy exhaustive
  LOCKSTEP_SERVER=postgres://me@localhost/postgres lockstep check`,
    )
    .action(async (files: string[], options: Raw) => {
      const line = { ...lineOf(options), ...(files.length === 0 ? {} : { models: files }) };
      exit(await runCommand(line, options['config'] as string | undefined, checkCommand));
    });

  program
    .command('certify')
    .description('search every schedule of every scenario up to a size, and write what was covered')
    .argument('[files...]', 'model files, folders of them, or quoted patterns (default: models/)')
    .option('--check', 'instead: has anything changed that the certificates depend on?')
    .option(
      '--recheck',
      'instead: the same, and search again; --sessions and --operations bound what is searched',
    )
    .option('--certificates <folder>', 'where certificates are (default: certificates)')
    .option('--engine <name>', 'postgres, pglite or all (default: postgres)')
    .addOption(server)
    .option(
      '--isolation <levels>',
      'levels separated by commas, or all (default: as the model says)',
      several,
    )
    .option('--order <rule>', 'serial orders that may explain an outcome (default: as the model says)')
    .option('--sessions <n>', 'sessions of a scenario at most (default: 3)')
    .option('--operations <n>', 'operations of one session at most (default: 2)')
    .option('--values <n>', 'values of each argument, and starting rows, at most (default: 2)')
    .option('--size-limit <n>', 'leave out a size that has more schedules (default: no limit)')
    .option('--time <time>', 'for the whole command; a size that does not fit is left out')
    .addOption(workers)
    .addOption(variant)
    .addOption(kind)
    .option('--reports <folder>', 'where failures are saved (default: reports)')
    .addHelpText(
      'after',
      `${exits}

Examples:
  lockstep certify models/bank.ts --isolation all
  lockstep certify models --kind mended --size-limit 2000
  lockstep certify --check                         in CI: 1 where a certificate is out of date
  lockstep certify --recheck --sessions 2 --operations 1`,
    )
    .action(async (files: string[], options: Raw) => {
      const { check, recheck, ...rest } = options;
      const line = { ...lineOf(rest), ...(files.length === 0 ? {} : { models: files }) };
      const work = (command: Command): Promise<number> =>
        check === true || recheck === true
          ? checkCertificatesCommand(command, recheck === true)
          : certifyCommand(command);
      exit(await runCommand(line, options['config'] as string | undefined, work));
    });

  program
    .command('replay')
    .description('run a failure again, exactly, and tell it step by step')
    .argument('<file>', 'the file that defines the model, or its name as the failure shows it')
    .argument('<line>', 'what follows "replay" in the failure: v1:...')
    .option('--times <n>', 'how often; each must give the same history (default: 1)')
    .option('--engine <name>', "postgres or pglite (default: the line's)")
    .addOption(server)
    .addHelpText(
      'after',
      `\nExit codes:\n  0 no longer fails   1 still fails   2 the line or the file does not fit   3 no verdict   4 engine failed\n\nExample:\n  lockstep replay models/bank.ts v1:...`,
    )
    .action(async (file: string, text: string, options: Raw) => {
      const { times, ...rest } = options;
      const request = {
        file,
        line: text,
        times: times === undefined ? 1 : values.wholeNumber(times, '--times'),
        engineGiven: options['engine'] !== undefined,
      };
      exit(
        await runCommand(lineOf(rest), options['config'] as string | undefined, (command) =>
          replayCommand(command, request),
        ),
      );
    });

  program
    .command('export')
    .description('write a race of saved results as a file that stands alone')
    .argument('<results>', 'what check --json wrote')
    .requiredOption('--format <name>', 'psql, isolation or vitest')
    .option('--race <n>', 'which, where the results have several (default: 1)')
    .option('--model <file>', "the file that defines the race's model (default: searched for in models/)")
    .option('--output <file>', 'where to write it (default: stdout)')
    .addHelpText(
      'after',
      `
Formats:
  psql       a shell script: psql windows step by step, by hand or unattended
  isolation  a specification for Postgres's isolationtester
  vitest     a test that is red while the race is there

Example:
  lockstep export results.json --format psql --output race.sh`,
    )
    .action(async (results: string, options: Raw) => {
      const { format, race, model, output, ...rest } = options;
      const work = (command: Command): Promise<number> =>
        exportCommand(command, {
          results,
          format: values.exportFormat(format, '--format'),
          race: race === undefined ? undefined : values.wholeNumber(race, '--race'),
          model: model as string | undefined,
          output: output as string | undefined,
        });
      exit(await runCommand(lineOf(rest), options['config'] as string | undefined, work));
    });
  program
    .command('report')
    .description('make a report from results that were saved with --json; nothing is run')
    .argument('<results>', 'what lockstep check --json wrote')
    .option('--format <name>', `${reportNames.join(', ')} (default: story; html with --open)`)
    .option('--output <file>', 'where to write it; - is stdout (default: -)')
    .option('--race <n>', 'only the n-th race (default: all of them; the first one for svg)')
    .option('--open', 'show the html in the browser')
    .addHelpText(
      'after',
      `\nExit codes:\n  0 written, whatever the verdicts   2 the file or an option does not fit\n\nExamples:\n  lockstep report results.json\n  lockstep report results.json --open\n  lockstep report results.json --format svg --race 2 --output race.svg`,
    )
    .action(async (file: string, options: Raw) => {
      const format = options['format'] ?? (options['open'] === true ? 'html' : 'story');
      exit(
        await reportCommand({
          file,
          format: values.oneOf<ReportName>(reportNames)(format, '--format'),
          output: options['output'] === undefined ? undefined : values.output(options['output'], '--output'),
          race: options['race'] === undefined ? undefined : values.wholeNumber(options['race'], '--race'),
          open: options['open'] === true,
        }),
      );
    });

  program
    .command('list')
    .description('list the models that are found')
    .argument('[files...]', 'model files, folders of them, or quoted patterns (default: models/)')
    .addOption(variant)
    .addOption(kind)
    .addHelpText('after', '\nExample:\n  lockstep list "models/**/*.ts"')
    .action(async (files: string[], options: Raw) => {
      const line = { ...lineOf(options), ...(files.length === 0 ? {} : { models: files }) };
      exit(await runCommand(line, options['config'] as string | undefined, listCommand));
    });

  program
    .command('main', { hidden: true })
    .description('every model on every engine at every level, compared with what the models declare')
    .argument('[files...]')
    .addOption(server)
    .addOption(variant)
    .option('--seed <seed>')
    .option('--time <time>')
    .option('--reports <folder>')
    .action(async (files: string[], options: Raw) => {
      const line = { ...lineOf(options), ...(files.length === 0 ? {} : { models: files }) };
      exit(await runCommand(line, options['config'] as string | undefined, mainJob));
    });
  for (const command of program.commands) {
    // `report` loads no code of the user's, and no other but these runs it.
    if (command.name() === 'report') continue;
    if (running.has(command.name())) for (const option of limitOptions()) command.addOption(option);
    command.addOption(stall).addOption(config);
  }
  return program;
}

/** What was typed, by setting name. `--no-shrink` and its like are there always: true unless typed. */
function lineOf(options: Raw): Raw {
  const { shrink, reduction, config: _, ...rest } = options;
  return {
    ...rest,
    ...(shrink === false && { shrink }),
    ...(reduction === false && { reduction }),
  };
}
