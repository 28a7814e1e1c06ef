/**
 * Violations as SARIF 2.1.0 (OASIS), which GitHub code scanning and editors show beside the code. Each result points at
 * the statement that came too late, and its code flow leads through the statements in the order in which they ran.
 */
import { createHash } from 'node:crypto';
import type { Log, Result, Run, ThreadFlowLocation, PhysicalLocation } from 'sarif';
import type { CheckResult, Counterexample } from '../core/result.ts';
import { sessionText } from './call-text.ts';
import { whyTexts } from './explanation-text.ts';
import type { ReportOptions } from './options.ts';
import { placeOf, placesOf } from './place.ts';
import { replayCommand } from './replay-command.ts';
import { settingText } from './setting-text.ts';
import { sqlText } from './sql-text.ts';
import { formatCounterexample } from './story.ts';
import { violationSections, violationTitle } from './violation-text.ts';

/** One rule for each kind of violation, since that is the proof; an anomaly's name is a tag. */
const rules: Readonly<Record<Counterexample['violation']['kind'], string>> = {
  'not-serializable': 'No serial order of the operations gives what this schedule gives.',
  stuck: 'Nobody can go on, and the database sees no deadlock.',
  invariant: 'An invariant of the model does not hold after this schedule.',
  specification: 'The code, run serially, does not do what its specification says.',
  unawaited: 'An operation ends while a statement that it has sent is still under way.',
  abort: 'An operation aborts, which the model forbids.',
};

/** The log as a value for `JSON.stringify`. Only violations are results. */
export function toSarif(
  results: readonly CheckResult[],
  { modelPathOf, version }: ReportOptions & { readonly version: string },
): unknown {
  const found = results.flatMap(({ counterexample }) => counterexample ?? []);
  const run: Run = {
    tool: {
      driver: {
        name: 'pg-lockstep',
        semanticVersion: version,
        rules: Object.entries(rules).map(([id, text]) => ({
          id,
          shortDescription: { text },
          defaultConfiguration: { level: 'error' },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    results: found.map((counterexample) =>
      resultOf(counterexample, modelPathOf?.(counterexample.setting.model)),
    ),
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return log;
}

function resultOf(counterexample: Counterexample, modelPath: string | undefined): Result {
  const { violation, setting, explanation, replay } = counterexample;
  const place = placeOf(counterexample, modelPath);
  const observed = violationSections(counterexample)[0]?.[1] ?? [];
  const story = formatCounterexample(counterexample, { modelPath });
  const text = [
    `${violationTitle(counterexample)} in ${settingText(setting)}`,
    ...observed,
    ...whyTexts(counterexample),
    replayCommand(counterexample, modelPath),
  ];
  const flow = flowOf(counterexample);
  return {
    ruleId: violation.kind,
    ruleIndex: Object.keys(rules).indexOf(violation.kind),
    level: 'error',
    message: { text: plainMessage(text.join('\n')) },
    ...(place === undefined ? {} : { locations: [{ physicalLocation: physical(place.file, place.line) }] }),
    ...(flow.length === 0 ? {} : { codeFlows: [{ threadFlows: [{ locations: flow }] }] }),
    partialFingerprints: { 'replay/v1': createHash('sha256').update(replay).digest('hex') },
    properties: {
      tags: explanation === undefined ? [] : [explanation.anomaly.code],
      model: setting.model,
      engine: setting.engine,
      isolation: setting.isolation,
      replay,
      story,
    },
  };
}

/** `[text](target)` in a message is a link; user data must not become one. */
function plainMessage(text: string): string {
  return text.replaceAll('\u00a0', ' ').replaceAll('](', '] (');
}

function physical(file: string, line: number | undefined): PhysicalLocation {
  const absolute = /^(?:[A-Za-z]:)?[\\/]/.test(file);
  const uri = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return {
    artifactLocation: { uri: absolute ? `file://${uri.startsWith('/') ? '' : '/'}${uri}` : uri },
    ...(line === undefined ? {} : { region: { startLine: line } }),
  };
}

function flowOf(counterexample: Counterexample): ThreadFlowLocation[] {
  return placesOf(counterexample).flatMap(({ step, file, line }, index) => {
    const event = counterexample.history.find((each) => each.kind === 'released' && each.step === step);
    if (event?.kind !== 'released') return [];
    const text = `${step + 1} ${sessionText(event.session)}: ${sqlText(event.statement).full}`;
    return [
      {
        executionOrder: index + 1,
        location: {
          physicalLocation: physical(file, line),
          message: { text: plainMessage(text) },
        },
      },
    ];
  });
}
