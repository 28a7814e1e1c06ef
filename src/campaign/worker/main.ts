/** The program of a worker process: does one request after another, until it is to stop or its parent is gone. */
import { certifyDivided } from '../../certify/certify.ts';
import { checkCertificate } from '../../certify/check-certificate.ts';
import type { Progress } from '../../check/options.ts';
import { checkWithHelpers } from '../../check/check.ts';
import { resolveLimits } from '../../check/resolve-options.ts';
import { withOperationNotes } from '../../core/operation-notes.ts';
import { replay } from '../../check/replay.ts';
import { Fault } from '../../core/fault.ts';
import { modelId, type Model } from '../../core/model.ts';
import type { Driver } from '../../driver/contract.ts';
import type { Limits } from '../../engine/limits.ts';
import type { LabOptions } from '../../lab/lab.ts';
import { pglite } from '../../driver/pglite/index.ts';
import { postgres } from '../../driver/postgres/index.ts';
import { answerHunt } from '../../hunt/answer.ts';
import { TimeBudget } from '../../search/budget.ts';
import { runLeads } from '../../search/leads.ts';
import { Trial } from '../../lab/trial.ts';
import { StallError } from '../executor.ts';
import type { EngineChoice, ModelRef } from '../job.ts';
import { factsOf } from '../model-facts.ts';
import { Helpers } from './helpers.ts';
import { HelperRole } from './helper-role.ts';
import { isFault, limitLoading } from './import-file.ts';
import { KeptLabs } from './kept-labs.ts';
import { holdLifeline } from './lifeline.ts';
import { findConfig } from './load-config.ts';
import { exportOf, modelsIn } from './load-models.ts';
import {
  heartbeatMs,
  type FaultFacts,
  type FromWorker,
  type Request,
  type RequestAnswers,
  type ToWorker,
} from './messages.ts';
import { note, noted } from './note.ts';
import { connectionFault, uncaughtFault } from './uncaught.ts';
import { WorkerCrash } from './worker-crash.ts';
import { Delegates } from './delegates.ts';

/** An execution that is under way when the parent stops it may take this long to end. */
const graceMs = 3_000;
/** Between two reports of progress. */
const progressEveryMs = 100;

const drivers = new Set<Driver>();
const ending = new AbortController();
let working: Promise<void> = Promise.resolve();
let stallMs = 0;
/** The environment as it was given: the code under test may change it, and does so again in a helper. */
const helpers = new Helpers({ stallMs, env: { ...process.env }, output: process.stderr });
const helping = new HelperRole();
const labs = new KeptLabs();
const delegates = new Delegates(send);

function send(message: FromWorker): void {
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
  if (model !== undefined) return withOperationNotes(model, note);
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

let progressSentAt = 0;

function sendProgress(progress: Progress): void {
  const now = performance.now();
  if (now - progressSentAt < progressEveryMs) return;
  progressSentAt = now;
  send({ kind: 'progress', progress });
}

/** What every search is given besides its options. */
const during = { signal: ending.signal, onProgress: sendProgress };

interface LabRequest {
  readonly model: ModelRef;
  readonly engine: EngineChoice;
  readonly place: Pick<LabOptions, 'isolation' | 'order'>;
  readonly limits: Partial<Limits>;
}

/** Works on a lab that stays open for the next job at the same place. Others need a given server's connections, too. */
function onKeptLab<T>(
  { model, engine, place, limits }: LabRequest,
  isOver: () => boolean,
  work: Parameters<typeof labs.use<T>>[3],
): Promise<T> {
  const options = { ...place, limits: resolveLimits(limits), engine: driverFor(engine) };
  const most = engine.server === undefined ? 4 : 1;
  const key = JSON.stringify([model, engine, place, limits]);
  return labs.use(key, { model: () => modelFor(model), options, most }, isOver, work);
}

type Answer<K extends Request['kind']> = (
  request: Extract<Request, { readonly kind: K }>,
) => Promise<RequestAnswers[K]>;

const answers: { readonly [K in Request['kind']]: Answer<K> } = {
  config: ({ path }) => findConfig(path),
  models: async ({ name, absolute }) => {
    note(`the file ${name}`);
    const models = await modelsIn(absolute, name);
    return models.map((model) => factsOf(model, { file: name, absolute, exported: exportOf(model) }));
  },
  check: async (job) =>
    checkWithHelpers(
      await modelFor(job.model),
      { ...defined(job.options), ...during, engine: driverFor(job.engine) },
      helpers.for(job, stallMs),
    ),
  certify: async ({ model: ref, engine, options, divided = 0 }) => {
    const model = await modelFor(ref);
    const { isolation, order = model.check?.order ?? 'session', limits = {} } = options;
    const whole = { ...defined(options), ...during, engine: driverFor(engine), source: ref.absolute };
    const job = { kind: 'leads', model: ref, engine, options: { isolation, order, limits } } as const;
    return certifyDivided(model, whole, (scenario) =>
      delegates.leadExecutors(divided, (leads) => ({ ...job, scenario, leads })),
    );
  },
  leads: async ({ model, engine, options: { limits, ...place }, scenario, leads }) => {
    const isOver = (): boolean => ending.signal.aborted;
    return onKeptLab({ model, engine, place, limits }, isOver, async (lab) => {
      const answer = await runLeads(await Trial.on(lab, scenario), leads, isOver);
      return { answer, sound: answer.exploration.inconclusive === undefined };
    });
  },
  recheck: async ({ model, engine, certificate, options }) =>
    checkCertificate(await modelFor(model), certificate, {
      ...options,
      ...during,
      engine: driverFor(engine),
      source: model.absolute,
    }),
  replay: async ({ model, engine, line, options }) => {
    const { counterexample, exploration } = await replay(await modelFor(model), line, {
      ...options,
      engine: driverFor(engine),
    });
    return {
      counterexample,
      inconclusive: exploration.inconclusive,
      witness: exploration.witness?.witness,
    };
  },
  hunt: async ({ model, engine, options, question }) => {
    const { timeBudgetMs = Infinity, limits, ...place } = options;
    const time = new TimeBudget({ signal: ending.signal, timeBudgetMs });
    const isOver = (): boolean => time.over;
    return onKeptLab({ model, engine, place, limits }, isOver, async (lab) => {
      const answer = await answerHunt(lab, question, isOver, ({ schedules, scenarios }) =>
        sendProgress({ schedules, scenarios, shrinking: false }),
      );
      return { answer, sound: answer.result.verdict !== 'inconclusive' };
    });
  },
  help: async ({ job: { model, engine, options } }) =>
    helping.begin(await modelFor(model), { ...defined(options), engine: driverFor(engine) }),
  explore: ({ stint }) => helping.explore(stint),
  dismiss: () => helping.end(),
};

async function work(request: Request): Promise<void> {
  limitLoading(stallMs);
  try {
    const answer = await (answers[request.kind] as (request: Request) => Promise<unknown>)(request);
    send({ kind: 'answer', answer });
  } catch (error) {
    if (isFault(error)) {
      const { message, code, kind: who, detail, hint } = error;
      send({ kind: 'fault', fault: { message, code, kind: who, detail, hint } });
    } else if (error instanceof DOMException && error.name === 'DataCloneError') {
      send({ kind: 'fault', fault: notPlain(error) });
    } else if (error instanceof StallError) {
      send({ kind: 'stalled', last: error.last, stallMs: error.stallMs });
    } else if (error instanceof WorkerCrash) {
      send({ kind: 'crash', text: error.message });
    } else crash(error);
  }
}

function crash(error: unknown): void {
  const fault = connectionFault(error) ?? uncaughtFault(error, noted());
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  send(fault === undefined ? { kind: 'crash', text } : { kind: 'fault', fault });
}

/** An answer goes to the parent process as a copy, and a function has none. */
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
  helping.cancel();
  await Promise.race([working, new Promise((done) => setTimeout(done, graceMs))]);
  await labs.close();
  await Promise.allSettled([helpers.stop(), ...[...drivers].map((driver) => driver.close())]);
  process.exit(0);
}

// Ctrl-C goes to all processes of a terminal's group: the parent decides what becomes of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => void leave());
process.on('uncaughtException', crash);
holdLifeline();
// Both are streams of the parent's: to end them would shut down the socket behind, for the parent too.
for (const shared of [process.stdout, process.stderr]) shared._final = (done) => done();
process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') void leave();
  else if (message.kind === 'cancel') helping.cancel();
  else if (message.kind === 'delegated') delegates.hear(message.number, message.outcome);
  else {
    ({ stallMs } = message);
    working = work(message.request);
  }
});
send({ kind: 'alive' });
setInterval(() => send({ kind: 'alive' }), heartbeatMs);
// The parent was killed while this process loaded: nobody was listening yet when the pipe closed.
if (!process.connected) void leave();
