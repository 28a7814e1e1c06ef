/** The worker process: does one request after another, until it is told to stop or the command is gone. */
import { certify } from '../../certify/certify.ts';
import { checkCertificate } from '../../certify/check-certificate.ts';
import type { CheckOptions, Progress } from '../../check/options.ts';
import { check } from '../../check/check.ts';
import { noting } from '../../check/noting.ts';
import { replay } from '../../check/replay.ts';
import { Fault } from '../../core/fault.ts';
import { modelId, type Model } from '../../core/model.ts';
import type { Driver } from '../../driver/contract.ts';
import { pglite } from '../../driver/pglite/index.ts';
import { postgres } from '../../driver/postgres/index.ts';
import { holdLifeline } from './lifeline.ts';
import { factsOf, findConfig, isFault, limitLoading, modelsIn } from './load.ts';
import {
  heartbeatMs,
  type EngineChoice,
  type FaultFacts,
  type FromWorker,
  type ModelRef,
  type Request,
  type RequestKind,
  type Requests,
  type ToWorker,
} from './messages.ts';
import { note, noted } from './note.ts';
import { connectionFault, uncaughtFault } from './uncaught.ts';

/** An execution that is under way when the command stops may take this long to end. */
const graceMs = 3_000;
/** No more than so many reports of progress per second. */
const progressEveryMs = 100;

const drivers = new Set<Driver>();
const ending = new AbortController();
let working: Promise<void> = Promise.resolve();

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function driverFor({ engine, server }: EngineChoice): Driver {
  const driver = engine === 'pglite' ? pglite() : postgres(server === undefined ? {} : { server });
  drivers.add(driver);
  return driver;
}

async function modelFor({ id, absolute, file }: ModelRef): Promise<Model> {
  note(`the file ${file}`);
  const models = await modelsIn(absolute, file);
  const model = models.find((each) => modelId(each) === id);
  if (model !== undefined) return noting(model, note);
  throw new Fault(`${file} has no model ${id}`, {
    code: 'no-such-model',
    kind: 'usage',
    detail:
      models.length === 0 ? 'it exports no model at all' : `its models: ${models.map(modelId).join(', ')}`,
  });
}

/** Leaves out what is undefined: an option that is not given takes its default. */
function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

let told = 0;

function tellProgress(progress: Progress): void {
  const now = performance.now();
  if (now - told < progressEveryMs) return;
  told = now;
  tell({ kind: 'progress', progress });
}

const answers: { [K in RequestKind]: (ask: Requests[K]['ask']) => Promise<Requests[K]['answer']> } = {
  config: ({ path }) => findConfig(path),
  models: async ({ name, absolute }) => {
    note(`the file ${name}`);
    return (await modelsIn(absolute, name)).map((model) => factsOf(model, name, absolute));
  },
  check: async ({ model, where, order }) => {
    const options: CheckOptions = {
      ...defined(order),
      engine: driverFor(where),
      signal: ending.signal,
      onProgress: tellProgress,
    };
    return check(await modelFor(model), options);
  },
  certify: async ({ model, where, order }) =>
    certify(await modelFor(model), {
      ...defined(order),
      engine: driverFor(where),
      source: model.absolute,
      signal: ending.signal,
      onProgress: tellProgress,
    }),
  checkCertificate: async ({ model, where, certificate, recheck, limits }) =>
    checkCertificate(await modelFor(model), certificate, {
      engine: driverFor(where),
      source: model.absolute,
      recheck,
      limits,
      signal: ending.signal,
      onProgress: tellProgress,
    }),
  replay: async ({ model, where, line, times, limits }) => {
    const { counterexample, exploration } = await replay(await modelFor(model), line, {
      engine: driverFor(where),
      times,
      limits,
    });
    return {
      counterexample,
      inconclusive: exploration.inconclusive,
      witness: exploration.witness?.witness,
    };
  },
};

async function work({ kind, ask, stallMs }: Request): Promise<void> {
  limitLoading(stallMs);
  try {
    const answer = await (answers[kind] as (ask: unknown) => Promise<unknown>)(ask);
    tell({ kind: 'answer', answer });
  } catch (error) {
    if (isFault(error)) {
      const { message, code, kind: who, detail, hint } = error;
      tell({ kind: 'fault', fault: { message, code, kind: who, detail, hint } });
    } else if (error instanceof DOMException && error.name === 'DataCloneError') {
      tell({ kind: 'fault', fault: notPlain(error) });
    } else crash(error);
  }
}

function crash(error: unknown): void {
  const fault = connectionFault(error) ?? uncaughtFault(error, noted());
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(fault === undefined ? { kind: 'crash', text } : { kind: 'fault', fault });
}

/** An answer goes to the command as a copy, and a function has none. */
function notPlain({ message }: DOMException): FaultFacts {
  return {
    message: 'a value of the model is not plain data',
    code: 'not-plain',
    kind: 'usage',
    detail: `${message}; begun last: ${noted()}`,
    hint: 'arguments and texts of a model are JSON values, dates, bigints or buffers',
  };
}

async function leave(): Promise<void> {
  if (ending.signal.aborted) return;
  ending.abort();
  await Promise.race([working, new Promise((done) => setTimeout(done, graceMs))]);
  await Promise.allSettled([...drivers].map((driver) => driver.close()));
  process.exit(0);
}

// Ctrl-C goes to all processes of a terminal's group: the command decides what becomes of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => void leave());
process.on('uncaughtException', crash);
holdLifeline();
// Both are the command's own standard error: to end them would shut down the socket behind, for the command too.
for (const shared of [process.stdout, process.stderr]) shared._final = (done) => done();
process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') void leave();
  else working = work(message);
});
tell({ kind: 'alive' });
setInterval(() => tell({ kind: 'alive' }), heartbeatMs);
// The command was killed while this process loaded: nobody was listening yet when the pipe closed.
if (!process.connected) void leave();
