/** `lockstep replay`: one line, step by step, on the code as it is now. */
import { targetOf } from '../campaign/cells.ts';
import { engineNames, type EngineName } from '../campaign/job.ts';
import { parseReplayLine } from '../report/replay-line.ts';
import { Fault } from '../core/fault.ts';
import { orderText } from '../report/call-text.ts';
import { formatCounterexample } from '../report/story.ts';
import { count } from '../report/text.ts';
import { describeInconclusive } from '../report/verdict-line.ts';
import type { Command } from './command.ts';
import { limitsOf } from './options/limit-table.ts';
import type { OptionTable } from './options/option.ts';
import { exitCodes } from './exit-code.ts';
import { findModel } from './find-model.ts';
import { wholeNumber } from './values.ts';

export interface ReplayOptions {
  readonly times: number;
}

export const replayTable: OptionTable<ReplayOptions> = {
  times: {
    argument: '<n>',
    read: wholeNumber,
    standard: 1,
    help: 'how often; each must give the same history',
    shown: '1',
  },
};

export interface ReplayRequest extends ReplayOptions {
  readonly file: string;
  readonly line: string;
  /** Whether the engine was named on the command line; else the line's is taken. */
  readonly engineGiven: boolean;
}

export async function replayCommand(command: Command, request: ReplayRequest): Promise<number> {
  const { settings, crew, terminal } = command;
  const line = parseReplayLine(request.line);
  const engine = request.engineGiven ? settings.engine[0] : engineOf(line.driver);
  if (engine === undefined) throw new Fault('name one engine', { code: 'bad-option', kind: 'usage' });
  const model = await findModel(command, request.file, line.model, 'replay line');
  terminal.began(`replaying ${line.model} on ${engine}, ${line.isolation}`);
  const replayed = await crew.executor(0).run({
    kind: 'replay',
    ...targetOf(model, engine, settings.server),
    line: request.line,
    options: { times: request.times, limits: limitsOf(settings) },
  });
  const { counterexample, inconclusive, witness } = replayed;
  const repeated = request.times > 1 ? [`replayed ${count(request.times, 'time')}`] : [];
  if (counterexample !== undefined) {
    terminal.out(
      [formatCounterexample(counterexample, { ...terminal, modelPath: model.file }), ...repeated].join('\n'),
    );
    return exitCodes.violation;
  }
  if (inconclusive !== undefined) {
    terminal.out(describeInconclusive(inconclusive, terminal));
    return exitCodes.inconclusive;
  }
  const order =
    witness === undefined ? '' : `; it is as in the order ${orderText(line.scenario, witness.order)}`;
  terminal.out(
    [
      `PASSES  ${line.model} on ${engine}, ${line.isolation}: the schedule of this line no longer fails${order}`,
      ...repeated,
    ].join('\n'),
  );
  return exitCodes.holds;
}

function engineOf(driver: string): EngineName {
  const engine = engineNames.find((name) => name === driver);
  if (engine !== undefined) return engine;
  throw new Fault(`the replay line is of engine ${driver}, which this release does not have`, {
    code: 'bad-replay-line',
    kind: 'usage',
    hint: `name another one with --engine ${engineNames.join(' or ')}`,
  });
}
