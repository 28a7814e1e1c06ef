/** The commands of the command line. Their options are made from the tables of options. */
import { Command as Commander } from 'commander';
import { certifyCommand } from './certify-command.ts';
import { certificateTable, checkCertificatesCommand } from './check-certificates-command.ts';
import { checkCommand } from './check-command.ts';
import { runCommand, type Command } from './command.ts';
import { exportCommand, exportTable } from './export-command.ts';
import { packageVersion } from './json-file.ts';
import { fuzzCommand, fuzzTable } from './fuzz-command.ts';
import { listCommand } from './list-command.ts';
import { mainJob } from './main-job/job.ts';
import { addNightCommands } from './merge/commands.ts';
import { addCorpusCommands } from './corpus/commands.ts';
import { addOptions, addRows, requestOf } from './options/add-options.ts';
import type { Raw } from './options/option.ts';
import { settingRows } from './options/table.ts';
import { replayCommand, replayTable } from './replay-command.ts';
import { reportCommand, reportTable } from './report-command.ts';
import { workerCommand, workerTable } from './worker-command.ts';

const filesArgument = [
  '[files...]',
  'model files, folders of them, or quoted patterns (default: models/)',
] as const;

const exits = `
Exit codes:
  0 holds   1 violation   2 usage or configuration   3 no verdict   4 engine or harness failed
  129 SIGHUP   130 Ctrl-C   143 SIGTERM`;

/** @param exit called once with the exit code of the command that ran */
export function makeProgram(exit: (code: number) => void): Commander {
  const program = new Commander('lockstep')
    .description('Finds the races in code that talks to Postgres, statement by statement.')
    .version(packageVersion())
    .showHelpAfterError('(lockstep --help lists the commands)')
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
  /** Runs a command with the settings that were typed. */
  const run = async (
    options: Raw,
    files: readonly string[],
    work: (command: Command) => Promise<number>,
  ): Promise<void> => {
    const line = { ...lineOf(options), ...(files.length === 0 ? {} : { models: files }) };
    exit(await runCommand(line, options['config'] as string | undefined, work));
  };

  addOptions(
    program
      .command('check')
      .description('check models: search for schedules that no serial order explains')
      .argument(...filesArgument),
    'check',
  )
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
    .action((files: string[], options: Raw) => run(options, files, checkCommand));

  addOptions(
    program
      .command('certify')
      .description('search every schedule of every scenario up to a size, and write what was covered')
      .argument(...filesArgument),
    'certify',
    certificateTable,
  )
    .addHelpText(
      'after',
      `${exits}

Examples:
  lockstep certify models/bank.ts --isolation all
  lockstep certify models --kind mended --size-limit 2000
  lockstep certify --check                         in CI: 1 if a certificate is out of date
  lockstep certify --recheck --sessions 2 --operations 1`,
    )
    .action((files: string[], options: Raw) => {
      const { check, recheck, divide } = requestOf(certificateTable, options);
      const work = (command: Command): Promise<number> =>
        check || recheck ? checkCertificatesCommand(command, recheck) : certifyCommand(command, divide);
      return run(options, files, work);
    });

  addOptions(
    program
      .command('fuzz')
      .description(
        'hunt for a time: the known races first, then wherever something new shows; goes on if it is killed',
      )
      .argument(...filesArgument),
    'fuzz',
    fuzzTable,
  )
    .addHelpText(
      'after',
      `${exits}

Examples:
  lockstep fuzz --time 8h
  lockstep fuzz models/bank.ts --isolation all --seed nightly-2026-11-22
  lockstep fuzz --shard 3/8 --seed nightly-2026-11-22   in CI, on the third of eight machines`,
    )
    .action((files: string[], { schedules, ...options }: Raw) => {
      // As a setting it would be the schedules of one scenario.
      const request = requestOf(fuzzTable, { ...options, schedules });
      return run(options, files, (command) => fuzzCommand(command, request));
    });

  addOptions(
    program
      .command('replay')
      .description('run a failure again, exactly, and show it step by step')
      .argument('<file>', 'the file that defines the model, or its name as the failure shows it')
      .argument('<line>', 'what follows "replay" in the failure: v1:...'),
    'replay',
    replayTable,
  )
    .addHelpText(
      'after',
      `\nExit codes:\n  0 no longer fails   1 still fails   2 the line or the file does not fit   3 no verdict   4 engine failed\n\nExample:\n  lockstep replay models/bank.ts v1:...`,
    )
    .action((file: string, line: string, options: Raw) => {
      const { times } = requestOf(replayTable, options);
      const request = { file, line, times, engineGiven: options['engine'] !== undefined };
      return run(options, [], (command) => replayCommand(command, request));
    });

  addOptions(
    program
      .command('export')
      .description('write a race of saved results as a file that stands alone')
      .argument('<results>', 'what check --json wrote'),
    'export',
    exportTable,
  )
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
    .action((results: string, options: Raw) =>
      run(options, [], async (command) =>
        exportCommand(command, { results, ...requestOf(exportTable, options) }),
      ),
    );

  addRows(
    program
      .command('report')
      .description('make a report from results that were saved with --json; nothing is run')
      .argument('<results>', 'what lockstep check --json wrote'),
    Object.entries(reportTable),
  )
    .addHelpText(
      'after',
      `\nExit codes:\n  0 written, whatever the verdicts   2 the file or an option does not fit\n\nExamples:\n  lockstep report results.json\n  lockstep report results.json --open\n  lockstep report results.json --format svg --race 2 --output race.svg`,
    )
    .action(async (file: string, options: Raw) =>
      exit(await reportCommand({ file, ...requestOf(reportTable, options) })),
    );

  addOptions(
    program
      .command('worker')
      .description(
        'do the jobs of campaigns on a queue, until Ctrl-C; run it in a checkout of the same code',
      ),
    'worker',
    workerTable,
  )
    .addHelpText(
      'after',
      `\nExamples:\n  lockstep worker --queue postgres://ci@db.example.com/lockstep\n  lockstep worker --queue postgres://ci@db.example.com/lockstep --jobs 4 --idle-exit 5m`,
    )
    .action((options: Raw) => {
      const request = requestOf(workerTable, options);
      return run(options, [], (command) => workerCommand(command, request));
    });

  addCorpusCommands(program, run);
  addNightCommands(program, run, exit);

  addOptions(
    program
      .command('list')
      .description('list the models that are found')
      .argument(...filesArgument),
    'list',
  )
    .addHelpText('after', '\nExample:\n  lockstep list "models/**/*.ts"')
    .action((files: string[], options: Raw) => run(options, files, listCommand));

  addOptions(
    program
      .command('main', { hidden: true })
      .description('every model on every engine at every level, compared with what the models declare')
      .argument('[files...]'),
    'main',
  ).action((files: string[], options: Raw) => run(options, files, mainJob));
  return program;
}

/** The typed options, by flag. commander sets `--no-shrink` and its like to true unless they are typed. */
function lineOf(options: Raw): Raw {
  const negated = new Set(settingRows().flatMap(([name, row]) => (row.negated ? [row.flag ?? name] : [])));
  return Object.fromEntries(
    Object.entries(options).filter(([flag, value]) => value !== true || !negated.has(flag)),
  );
}
