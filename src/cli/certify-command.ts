/** `lockstep certify`: makes a certificate for every model at every level that was asked for. */
import type { Certification } from '../certify/certify.ts';
import { Fault } from '../core/fault.ts';
import type { CheckResult } from '../core/result.ts';
import { formatCertificate } from '../report/certificate-text.ts';
import { count } from '../report/text.ts';
import { formatResult } from '../report/verdict-line.ts';
import { writeCertificate } from './certificate-files.ts';
import { cellsOf, engineChoice, type Cell } from './cells.ts';
import { findModels, type Command } from './command.ts';
import { limitsOf } from './limit-settings.ts';
import { exitCodeOf } from './exit-code.ts';
import { saveFailure } from './failures.ts';
import { shareOf, sideBySide } from './side-by-side.ts';
import { stalledResult } from './stalled-result.ts';
import type { ModelFacts } from './worker/messages.ts';
import { Stalled } from './worker/worker.ts';
import { Written } from './written.ts';

export async function certifyCommand(command: Command): Promise<number> {
  const { settings, terminal, interrupt } = command;
  const started = performance.now();
  const cells = certifiable(command, await findModels(command));
  const results: CheckResult[] = [];
  const written = new Written(terminal);
  let [made, done] = [0, 0];
  const failed = await sideBySide(command, cells, async (cell, index, worker) => {
    const timeBudgetMs = shareOf(settings, performance.now() - started, cells.length, done);
    const title = `${index + 1}/${cells.length} ${cell.model.id} on ${cell.engine}, ${cell.isolation}`;
    const { certificate, result } = await certifyCell(command, cell, { title, timeBudgetMs, worker });
    done += 1;
    // What was not searched because of the interrupt would be said to be too large.
    if (interrupt.caught !== undefined) return;
    results.push(result);
    if (certificate === undefined) {
      terminal.out(`${formatResult(result, { ...terminal, modelPath: cell.model.file })}\n`);
      written.try(() => saveFailure(settings.reports, result, cell.model.file));
    } else {
      writeCertificate(settings.certificates, certificate);
      made += 1;
      terminal.out(formatCertificate(certificate, terminal));
    }
  });
  const notMade = cells.length - made;
  terminal.out(
    `${count(made, 'certificate')} written to ${settings.certificates}${notMade === 0 ? '' : `, ${notMade} not made`}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return exitCodeOf(
    results,
    failed.map(({ fault }) => fault),
    written.missing,
  );
}

/** Where a model declares that it does not hold, there is nothing to certify. */
function certifiable({ settings, terminal }: Command, models: readonly ModelFacts[]): readonly Cell[] {
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

async function certifyCell(
  { settings, crew, terminal }: Command,
  { model, engine, isolation, order }: Cell,
  {
    title,
    timeBudgetMs,
    worker,
  }: { readonly title: string; readonly timeBudgetMs: number | undefined; readonly worker: number },
): Promise<Certification> {
  const { sessions, operations, values, sizeLimit } = settings;
  terminal.began(title);
  try {
    return await crew.ask(
      'certify',
      {
        model,
        where: engineChoice(settings, engine),
        order: {
          isolation,
          order,
          sessions: sessions?.max,
          operations,
          values,
          maxSchedulesPerSize: sizeLimit,
          timeBudgetMs,
          limits: limitsOf(settings),
        },
      },
      (progress) =>
        terminal.progress(
          `${title}: ${count(progress.scenarios, 'scenario')}, ${count(progress.schedules, 'schedule')}`,
        ),
      worker,
    );
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    const where = { model: model.id, driver: engine, isolation, order, seed: 0 };
    return { certificate: undefined, result: stalledResult(error, where) };
  }
}
