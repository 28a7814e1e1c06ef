/** `lockstep certify --check` and `--recheck`: are the committed certificates still true of the code? */
import { targetOf } from '../campaign/cells.ts';
import { certificatesIn, type CertificateOnDisk } from '../campaign/certificate-files.ts';
import { StallError, type Executor } from '../campaign/executor.ts';
import { engineNames } from '../campaign/job.ts';
import type { ModelFacts } from '../campaign/model-facts.ts';
import { workThrough } from '../campaign/queue.ts';
import type { CertificateCheck } from '../certify/check-certificate.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import { Fault } from '../core/fault.ts';
import type { Setting } from '../core/result.ts';
import { labelled } from '../report/labelled.ts';
import { settingText } from '../report/setting-text.ts';
import { count } from '../report/text.ts';
import { formatResult } from '../report/verdict-line.ts';
import { findModels, type Command } from './command.ts';
import { exitCodeOf } from './exit-code.ts';
import { limitsOf } from './options/limit-table.ts';
import type { OptionTable } from './options/option.ts';
import { yesOrNo } from './values.ts';
import { executorsOf, watchOf } from './watch.ts';

export interface CertificateOptions {
  readonly divide: boolean;
  /** Whether to check the existing certificates and make none. */
  readonly check: boolean;
  /** Whether to search again, too. */
  readonly recheck: boolean;
}

export const certificateTable: OptionTable<CertificateOptions> = {
  divide: {
    read: yesOrNo,
    standard: false,
    help: 'have all processes, or the workers of --queue, share the search of each large scenario',
  },
  check: {
    read: yesOrNo,
    standard: false,
    help: 'instead: has anything changed that the certificates depend on?',
  },
  recheck: {
    read: yesOrNo,
    standard: false,
    help: 'instead: the same, and search again; --sessions and --operations bound what is searched',
  },
};

/** @param search whether to search again, too */
export async function checkCertificatesCommand(command: Command, search: boolean): Promise<number> {
  const { settings, terminal, interrupt } = command;
  const started = performance.now();
  const onDisk = certificatesIn(settings.certificates);
  const models = await findModels(command);
  const outcomes = await workThrough<CertificateOnDisk, CertificateReport>({
    ...watchOf(command),
    items: onDisk,
    executors: await executorsOf(command, onDisk.length, models),
    work: async (each, { index, executor }) => {
      const { setting } = each.certificate;
      const model = models.find(({ id }) => id === setting.model);
      // Only some models were requested, so the certificates of others do not matter now.
      if (model === undefined && (settings.variant !== undefined || settings.kind !== undefined))
        return undefined;
      const title = `${index + 1}/${onDisk.length} ${settingText(setting)}`;
      const found =
        model === undefined
          ? missingModel(setting)
          : await checkOne(command, model, each, { search, title, executor });
      return interrupt.caught === undefined ? found : undefined;
    },
    onResult: ({ texts }) => {
      for (const text of texts) terminal.out(text);
    },
  });
  const verdicts = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result.verdict] : []));
  const of = (verdict: Verdict): number => verdicts.filter((each) => each === verdict).length;
  terminal.out(
    `${count(of('holds'), 'certificate')} valid, ${of('violated')} not, ${of('inconclusive')} without a verdict, ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  return exitCodeOf(
    verdicts.map((verdict) => ({ verdict })),
    outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.fault] : [])),
  );
}

/** `violated`: the certificate is not true, or is no longer known to be. */
type Verdict = 'holds' | 'violated' | 'inconclusive';

interface CertificateReport {
  readonly verdict: Verdict;
  readonly texts: readonly string[];
}

function missingModel(setting: Setting): CertificateReport {
  const text = `${settingText(setting)}: no such model is found`;
  return {
    verdict: 'violated',
    texts: [`OUTDATED  ${text}`, 'renew      remove the certificate, or name the file of the model'],
  };
}

async function checkOne(
  { settings, terminal }: Command,
  model: ModelFacts,
  { certificate }: CertificateOnDisk,
  {
    search,
    title,
    executor,
  }: { readonly search: boolean; readonly title: string; readonly executor: Executor },
): Promise<CertificateReport> {
  const { setting } = certificate;
  const engine = engineNames.find((name) => name === setting.driver);
  if (engine === undefined) {
    throw new Fault(`a certificate is of engine ${setting.driver}, which this release does not have`, {
      code: 'bad-certificate',
      kind: 'usage',
    });
  }
  if (search) terminal.began(title);
  const { sessions, maxOperations: operations } = settings;
  const most: ScenarioSize = { sessions: sessions?.max ?? Infinity, operations: operations ?? Infinity };
  let found: CertificateCheck;
  try {
    found = await executor.run(
      {
        kind: 'recheck',
        ...targetOf(model, engine, settings.server),
        certificate,
        options: { recheck: search && most, limits: limitsOf(settings) },
      },
      ({ scenarios, schedules }) =>
        terminal.progress(`${title}: ${count(scenarios, 'scenario')}, ${count(schedules, 'schedule')}`),
    );
  } catch (error) {
    if (!(error instanceof StallError)) throw error;
    return { verdict: 'inconclusive', texts: [`INCONCLUSIVE  ${settingText(setting)}: ${error.message}`] };
  }
  const remarks = labelled('remark', found.remarks, terminal);
  if (found.valid) {
    const searched =
      found.result === undefined
        ? 'nothing it depends on changed'
        : `${count(found.result.coverage.scenarios, 'scenario')} searched again, as before`;
    return {
      verdict: 'holds',
      texts: [
        ...labelled('VALID', [`${settingText(setting)}: ${searched}`], {
          ...terminal,
          tone: 'good',
          tight: true,
        }),
        ...remarks,
      ],
    };
  }
  const story =
    found.result === undefined || found.result.verdict === 'holds'
      ? []
      : [formatResult(found.result, { ...terminal, modelPath: model.file })];
  return {
    verdict: found.result?.verdict === 'inconclusive' ? 'inconclusive' : 'violated',
    texts: [
      ...labelled('OUTDATED', [settingText(setting)], { ...terminal, tone: 'bad', tight: true }),
      ...labelled('because', found.changes, terminal),
      ...story,
      ...labelled('renew', [commandFor(model, certificate, settings.certificates)], {
        ...terminal,
        width: Infinity,
      }),
      ...remarks,
    ],
  };
}

/** The command that makes the certificate again. */
function commandFor(
  model: ModelFacts,
  { setting, asked }: CertificateOnDisk['certificate'],
  folder: string,
): string {
  return [
    `lockstep certify ${model.file}`,
    ...(model.variant === undefined ? [] : [`--variant ${model.variant}`]),
    ...(setting.driver === 'postgres' ? [] : [`--engine ${setting.driver}`]),
    `--isolation "${setting.isolation}"`,
    ...(setting.order === 'session' ? [] : [`--order ${setting.order}`]),
    `--sessions ${asked.sessions} --operations ${asked.operations} --values ${asked.values}`,
    ...(asked.maxSchedulesPerSize === undefined ? [] : [`--size-limit ${asked.maxSchedulesPerSize}`]),
    ...(folder === 'certificates' ? [] : [`--certificates ${folder}`]),
  ].join(' ');
}
