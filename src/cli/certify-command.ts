/** `lockstep certify`: makes a certificate for every requested model at every requested level. */
import { atOnce } from '../campaign/executor.ts';
import { cellsOf, targetOf, type Cell } from '../campaign/cells.ts';
import { writeCertificate } from '../campaign/certificate-files.ts';
import { saveFailure } from '../campaign/failures.ts';
import type { CertifyJob } from '../campaign/job.ts';
import type { ModelFacts } from '../campaign/model-facts.ts';
import { workThrough } from '../campaign/queue.ts';
import { runCertify } from '../campaign/search-job.ts';
import { timed } from '../campaign/share.ts';
import type { Certification } from '../certify/certify.ts';
import { Fault } from '../core/fault.ts';
import { formatCertificate } from '../report/certificate-text.ts';
import { count } from '../report/text.ts';
import { formatResult } from '../report/verdict-line.ts';
import { findModels, type Command } from './command.ts';
import { exitCodeOf } from './exit-code.ts';
import { limitsOf } from './options/limit-table.ts';
import { executorsOf, titleOf, watchOf } from './watch.ts';
import { WriteGuard } from './write-guard.ts';

/** Executors that share one search: each has a batch under way, and there are only so many to hand out. */
const mostSharing = 16;

/** @param divide whether all executors share the search of one scenario, instead of each having a model */
export async function certifyCommand(command: Command, divide: boolean): Promise<number> {
  const { settings, terminal, interrupt, crew } = command;
  const started = performance.now();
  const models = await findModels(command);
  const jobs = certifiableCells(command, models).map((cell) => jobOf(command, cell));
  const sharing = await executorsOf(command, divide ? mostSharing : jobs.length, models);
  // What plans has little to do itself; its number is one that no other process of the crew has.
  const executors = divide ? [crew.executor(mostSharing, sharing)] : sharing;
  const divided = divide ? sharing.length : 0;
  const writes = new WriteGuard(terminal);
  let made = 0;
  const outcomes = await workThrough<CertifyJob, Certification>({
    ...watchOf(command),
    items: jobs,
    executors,
    work: async (job, { index, executor, done }) => {
      const spentMs = performance.now() - started;
      const items = jobs.length;
      const share = { totalMs: settings.time, spentMs, executors: atOnce(executors), items, done };
      const title = titleOf(job, index, jobs.length);
      terminal.began(title);
      const found = await runCertify(
        executor,
        { ...timed(job, share), divided },
        ({ scenarios, schedules }) =>
          terminal.progress(`${title}: ${count(scenarios, 'scenario')}, ${count(schedules, 'schedule')}`),
      );
      // Otherwise the sizes that the interrupt left out would be reported as too large.
      if (interrupt.caught !== undefined) return undefined;
      if (found.certificate === undefined)
        writes.try(() => saveFailure(settings.reports, found.result, job.model.file));
      else {
        writeCertificate(settings.certificates, found.certificate);
        made += 1;
      }
      return found;
    },
    onResult: ({ certificate, result }, index) =>
      terminal.out(
        certificate === undefined
          ? `${formatResult(result, { ...terminal, modelPath: jobs[index]?.model.file })}\n`
          : formatCertificate(certificate, terminal),
      ),
  });
  const notMade = jobs.length - made;
  terminal.out(
    `${count(made, 'certificate')} written to ${settings.certificates}${notMade === 0 ? '' : `, ${notMade} not made`}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return exitCodeOf(
    outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result.result] : [])),
    outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.fault] : [])),
    writes.failed,
  );
}

/** Without the cells in which the model declares a violation: they have nothing to certify. */
function certifiableCells({ settings, terminal }: Command, models: readonly ModelFacts[]): readonly Cell[] {
  const cells = cellsOf(settings, models);
  const declared = ({ model, engine, isolation }: Cell): boolean =>
    model.expected[engine === 'pglite' ? 'pglite' : isolation] === 'violated';
  for (const { model, engine, isolation } of cells.filter(declared))
    terminal.err(`${model.id} on ${engine}, ${isolation}: the model declares a violation; left out`);
  const kept = cells.filter((cell) => !declared(cell));
  if (kept.length > 0) return kept;
  throw new Fault('there is nothing to certify', {
    code: 'nothing-to-certify',
    kind: 'usage',
    detail: 'the models declare a violation at every level that was asked for',
  });
}

function jobOf({ settings }: Command, { model, engine, isolation, order }: Cell): CertifyJob {
  const { sessions, maxOperations: operations, values, maxSchedulesPerSize } = settings;
  return {
    kind: 'certify',
    ...targetOf(model, engine, settings.server),
    options: {
      isolation,
      order,
      sessions: sessions?.max,
      operations,
      values,
      maxSchedulesPerSize,
      limits: limitsOf(settings),
    },
  };
}
