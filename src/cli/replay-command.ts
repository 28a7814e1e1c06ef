/** `lockstep replay`: one line, step by step, on the code as it is now. */
import { existsSync } from 'node:fs';
import { parseReplayLine } from '../check/replay-line.ts';
import { Fault } from '../core/fault.ts';
import { orderText } from '../report/call-text.ts';
import { formatCounterexample } from '../report/story.ts';
import { count } from '../report/text.ts';
import { describeInconclusive } from '../report/verdict-line.ts';
import { findModels, type Command } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { findFiles } from './find-files.ts';
import { engineNames, type EngineName } from './values.ts';
import type { ModelFacts } from './worker/messages.ts';

export interface ReplayRequest {
  readonly file: string;
  readonly line: string;
  readonly times: number;
  /** Whether the engine was named on the command line; else the line's is taken. */
  readonly engineGiven: boolean;
}

export async function replayCommand(command: Command, request: ReplayRequest): Promise<number> {
  const { settings, crew, terminal } = command;
  const line = parseReplayLine(request.line);
  const engine = request.engineGiven ? settings.engine[0] : engineOf(line.driver);
  if (engine === undefined) throw new Fault('name one engine', { code: 'bad-option', kind: 'usage' });
  const model = await modelOf(command, request.file, line.model);
  terminal.began(`replaying ${line.model} on ${engine}, ${line.isolation}`);
  const where = { engine, server: engine === 'postgres' ? settings.server : undefined };
  const replayed = await crew.ask('replay', { model, where, line: request.line, times: request.times });
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

/** A failure in a test names the model, since it knows no file: then the model folders are searched. */
async function modelOf(command: Command, where: string, id: string): Promise<ModelFacts> {
  const byName = where === id && !existsSync(where);
  const models = byName ? await findModels(command) : await modelsIn(command, where);
  const model = models.find((each) => each.id === id);
  if (model !== undefined) return model;
  const ids = models.map((each) => each.id);
  throw new Fault(
    `the replay line is of model ${id}, which ${byName ? 'no model file' : where} ${byName ? 'exports' : 'does not export'}`,
    {
      code: 'other-model',
      kind: 'usage',
      detail: ids.length === 0 ? 'no model was found' : `found: ${ids.join(', ')}`,
      hint: `name the file that defines ${id}`,
    },
  );
}

async function modelsIn({ crew }: Command, where: string): Promise<readonly ModelFacts[]> {
  const [file] = findFiles([where]);
  if (file === undefined || !file.named) {
    throw new Fault(`${where} is not a file`, { code: 'no-such-file', kind: 'usage' });
  }
  return crew.ask('models', { name: file.name, absolute: file.absolute });
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
