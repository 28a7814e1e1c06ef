/**
 * Results as JUnit XML, in the dialect that Jenkins, GitLab and most other readers take: a test suite for each model, a
 * test case for each engine and level. A violation is a failure, a missing verdict an error.
 */
import type { CheckResult } from '../core/result.ts';
import { coverageTexts, schedulesText } from './coverage-text.ts';
import { inconclusiveReason } from './inconclusive-text.ts';
import { element, toXml, type Element } from './markup.ts';
import type { ReportOptions } from './options.ts';
import { formatCounterexample } from './story.ts';
import { describeInconclusive } from './verdict-line.ts';
import { violationTitle } from './violation-text.ts';

/** @param startedAt of the run, in ISO 8601 */
export function formatJunit(
  results: readonly CheckResult[],
  { modelPathOf, startedAt }: ReportOptions & { readonly startedAt?: string | undefined } = {},
): string {
  const models = [...new Set(results.map(({ setting }) => setting.model))];
  const suites = models.map((model) => {
    const own = results.filter(({ setting }) => setting.model === model);
    return element(
      'testsuite',
      { name: model, ...tallies(own), timestamp: startedAt?.replace(/\.\d+Z$/, '') },
      own.map((result) => testCase(result, modelPathOf?.(model))),
    );
  });
  return toXml(element('testsuites', { name: 'pg-lockstep', ...tallies(results) }, suites));
}

function tallies(results: readonly CheckResult[]): Readonly<Record<string, string | number>> {
  const of = (verdict: CheckResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return { tests: results.length, failures: of('violated'), errors: of('inconclusive'), time };
}

function testCase(result: CheckResult, modelPath: string | undefined): Element {
  const { setting, coverage, durationMs, remarks } = result;
  const order = setting.order === 'session' ? '' : `, ${setting.order} order`;
  const notes = [schedulesText(coverage), ...coverageTexts(result), ...remarks].join('\n');
  return element(
    'testcase',
    {
      name: `${setting.engine}, ${setting.isolation}${order}`,
      classname: setting.model,
      time: seconds(durationMs),
    },
    problemOf(result, modelPath),
    element('system-out', {}, notes.replaceAll('\u00a0', ' ')),
  );
}

function problemOf(result: CheckResult, modelPath: string | undefined): readonly Element[] {
  switch (result.verdict) {
    case 'holds':
      return [];
    case 'violated': {
      const { counterexample } = result;
      const facts = { type: counterexample.violation.kind, message: violationTitle(counterexample) };
      return [element('failure', facts, formatCounterexample(counterexample, { modelPath }))];
    }
    case 'inconclusive': {
      const { inconclusive } = result;
      const facts = { type: inconclusive.kind, message: inconclusiveReason(inconclusive) };
      return [element('error', facts, describeInconclusive(inconclusive))];
    }
  }
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
