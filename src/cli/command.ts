/** The frame of every command: settings, workers, a terminal, and an orderly end. */
import { StallError } from '../campaign/executor.ts';
import { findModels as modelsOf } from '../campaign/find-models.ts';
import type { ModelFacts } from '../campaign/model-facts.ts';
import { Crew } from '../campaign/worker/crew.ts';
import { Fault, formatFault } from '../core/fault.ts';
import { exitCodeOfFault, exitCodes } from './exit-code.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { takesStdout } from './report-formats.ts';
import type { Raw } from './options/option.ts';
import type { Settings } from './options/table.ts';
import { resolveSettings } from './settings.ts';
import { makeTerminal, type Terminal } from './terminal.ts';

export interface Command {
  readonly settings: Settings;
  readonly crew: Crew;
  readonly terminal: Terminal;
  readonly interrupt: Interrupt;
  /** Work to be done when the command ends, or as soon as it is interrupted. */
  readonly atEnd: (end: () => Promise<void>) => void;
}

/**
 * Runs a command's work with everything it needs, and ends it in order whatever happens.
 *
 * @param line options of the command line by setting name
 * @returns the exit code
 */
export async function runCommand(
  line: Raw,
  config: string | undefined,
  work: (command: Command) => Promise<number>,
): Promise<number> {
  // Before any file is read, so that mistakes on the command line are reported first.
  const early = resolveSettings(line, undefined);
  // The output of the code under test must not get between the results.
  const crew = new Crew({ stallMs: early.stall, env: process.env, output: process.stderr });
  let terminal = makeTerminal(takesStdout(early) ? 'stderr' : 'stdout');
  const endings: (() => Promise<void>)[] = [];
  const interrupt = onInterrupt(
    () => {
      terminal.err('interrupted: ending what runs; press Ctrl-C again to quit at once');
      for (const end of endings) void end();
      void crew.stop();
    },
    () => crew.kill(),
  );
  let code: number;
  try {
    const settings = resolveSettings(line, await crew.ask({ kind: 'config', path: config }));
    crew.stallMs = settings.stall;
    terminal = makeTerminal(takesStdout(settings) ? 'stderr' : 'stdout');
    code = await work({ settings, crew, terminal, interrupt, atEnd: (end) => endings.push(end) });
  } catch (error) {
    code = interrupt.caught === undefined ? explain(error, terminal) : exitCodes.holds;
  }
  for (const end of endings) await end();
  await crew.stop();
  interrupt.end();
  return interrupt.caught === undefined ? code : exitCodes[interrupt.caught];
}

/** Prints an error. @returns the exit code for it */
export function explain(error: unknown, terminal: Pick<Terminal, 'err'>): number {
  if (error instanceof Fault) {
    terminal.err(formatFault(error));
    return exitCodeOfFault(error);
  }
  if (error instanceof StallError) {
    terminal.err(`INCONCLUSIVE  ${error.message}`);
    return exitCodes.inconclusive;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`error: something that was not expected; please report it\n${text}`);
  return exitCodes.engine;
}

/**
 * The models of the requested files.
 *
 * @throws Fault `no-model`, of `findFiles`, or of a file that cannot be loaded
 */
export function findModels({ settings, crew, terminal }: Command): Promise<readonly ModelFacts[]> {
  return modelsOf(
    settings,
    (file) => crew.ask({ kind: 'models', ...file }),
    (skipped) => terminal.err(skippedText(skipped)),
  );
}

const shownSkipped = 5;

function skippedText(files: readonly string[]): string {
  const more = files.length > shownSkipped ? `, and ${files.length - shownSkipped} more` : '';
  const names = files.slice(0, shownSkipped).join(', ');
  return `not loaded, since nothing there looks like a model: ${names}${more}; a file that is named itself is loaded`;
}
