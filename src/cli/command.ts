/** What every command needs: settings, workers, words, and an orderly end. */
import { Fault, formatFault } from '../core/fault.ts';
import { exitCodeOfFault, exitCodes } from './exit-code.ts';
import { findFiles } from './find-files.ts';
import { looksLikeModel } from './looks-like-model.ts';
import { onInterrupt, type Interrupt } from './interrupt.ts';
import { takesStdout } from './report-formats.ts';
import { resolveSettings, type Raw, type Settings } from './settings.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { Crew } from './worker/crew.ts';
import type { ModelFacts } from './worker/messages.ts';
import { Stalled } from './worker/worker.ts';

export interface Command {
  readonly settings: Settings;
  readonly crew: Crew;
  readonly terminal: Terminal;
  readonly interrupt: Interrupt;
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
  // Before any file is read: what is wrong on the command line is said first.
  const early = resolveSettings(line, undefined);
  const crew = new Crew(early.stall);
  let terminal = makeTerminal(takesStdout(early) ? 'stderr' : 'stdout');
  const interrupt = onInterrupt(
    () => {
      terminal.err('interrupted: ending what runs; press Ctrl-C again to quit at once');
      void crew.stop();
    },
    () => crew.kill(),
  );
  let code: number;
  try {
    const settings = resolveSettings(line, await crew.ask('config', { path: config }));
    crew.stallMs = settings.stall;
    terminal = makeTerminal(takesStdout(settings) ? 'stderr' : 'stdout');
    code = await work({ settings, crew, terminal, interrupt });
  } catch (error) {
    code = interrupt.caught === undefined ? explain(error, terminal) : exitCodes.holds;
  }
  await crew.stop();
  interrupt.end();
  return interrupt.caught === undefined ? code : exitCodes[interrupt.caught];
}

/** Says what was thrown; the exit code for it. */
export function explain(error: unknown, terminal: Pick<Terminal, 'err'>): number {
  if (error instanceof Fault) {
    terminal.err(formatFault(error));
    return exitCodeOfFault(error);
  }
  if (error instanceof Stalled) {
    terminal.err(`INCONCLUSIVE  ${error.message}`);
    return exitCodes.inconclusive;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`error: something that was not expected; please report it\n${text}`);
  return exitCodes.engine;
}

/**
 * The models of the files that were asked for.
 *
 * @throws Fault `no-model`, of `findFiles`, or of what is wrong with a file
 */
export async function findModels({ settings, crew, terminal }: Command): Promise<readonly ModelFacts[]> {
  const found: ModelFacts[] = [];
  const files = findFiles(settings.models);
  const skipped: string[] = [];
  for (const { name, absolute, named } of files) {
    if (!named && !looksLikeModel(absolute)) {
      skipped.push(name);
      continue;
    }
    const models = await crew.ask('models', { name, absolute });
    if (models.length === 0 && named) throw noModel(`${name} exports no model`);
    found.push(...models);
  }
  if (skipped.length > 0) terminal.err(skippedText(skipped));
  if (found.length === 0) throw noModel(`there is no model in ${settings.models.join(', ')}`);
  const { variant, kind } = settings;
  if (variant === undefined && kind === undefined) return found;
  const chosen = found
    .filter((model) => variant?.includes(model.variant ?? '') !== false || variant.includes(model.id))
    .filter((model) => kind === undefined || (model.kind !== undefined && kind.includes(model.kind)));
  if (chosen.length > 0) return chosen;
  const wanted = [
    ...(variant === undefined ? [] : [`the variant ${variant.join(' or ')}`]),
    ...(kind === undefined ? [] : [`the kind ${kind.join(' or ')}`]),
  ];
  throw new Fault(`no model has ${wanted.join(' and ')}`, {
    code: 'no-such-variant',
    kind: 'usage',
    detail: `there are ${found.map((model) => model.id).join(', ')}`,
  });
}

const shownSkipped = 5;

function skippedText(files: readonly string[]): string {
  const more = files.length > shownSkipped ? `, and ${files.length - shownSkipped} more` : '';
  const names = files.slice(0, shownSkipped).join(', ');
  return `not loaded, since nothing there looks like a model: ${names}${more}; a file that is named itself is loaded`;
}

function noModel(message: string): Fault {
  return new Fault(message, {
    code: 'no-model',
    kind: 'usage',
    hint: "export what `defineModel` from 'pg-lockstep' returns",
  });
}
