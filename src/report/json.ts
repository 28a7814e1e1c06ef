/**
 * Results as a file: to a value for `JSON.stringify`, and back. `docs/results.schema.json` describes it.
 *
 * Values that JSON cannot hold become tagged objects (see core/json-value.ts); undefined properties are left
 * out. `schemaVersion` grows when a reader of the older version would misread the file; a new property is no
 * reason, so readers ignore properties that they do not know.
 */
import { checkResult } from '../core/check-result.ts';
import { Fault, messageOf } from '../core/fault.ts';
import type { Explanation } from '../core/explanation.ts';
import type { HistoryEvent, Message, Statement } from '../core/history.ts';
import { fromJsonValue, toJsonValue } from '../core/json-value.ts';
import type { CheckResult, Counterexample } from '../core/result.ts';
import { explanationSentences } from './explanation-text.ts';

const schema = 'pg-lockstep-results';
const schemaVersion = 1;

export interface ResultsMeta {
  /** The version of pg-lockstep. */
  readonly version: string;
  /** When the run began, in ISO 8601. */
  readonly startedAt: string;
}

export interface Results extends ResultsMeta {
  readonly results: readonly CheckResult[];
}

export function toJson(results: readonly CheckResult[], meta: ResultsMeta): unknown {
  const { version, startedAt } = meta;
  const whole = results.map((result) => withStory(withoutTally(result), withSentences));
  return { schema, schemaVersion, version, startedAt, results: toJsonValue(withoutUndefined(whole)) };
}

/** A file holds the largest counts, not all. */
function withoutTally(result: CheckResult): CheckResult {
  return { ...result, tally: undefined };
}

function withStory(
  result: CheckResult,
  change: (counterexample: Counterexample) => Counterexample,
): CheckResult {
  if (result.verdict !== 'violated') return result;
  return { ...result, counterexample: change(result.counterexample) };
}

/** The file holds the story's sentences for readers without pg-lockstep. */
function withSentences(counterexample: Counterexample): Counterexample {
  if (counterexample.explanation === undefined) return counterexample;
  const explanation = { ...counterexample.explanation, sentences: explanationSentences(counterexample) };
  return { ...counterexample, explanation };
}

/** Drops the sentences, since they follow from the rest. */
function withoutSentences(counterexample: Counterexample): Counterexample {
  if (counterexample.explanation === undefined) return counterexample;
  const { sentences: _, ...explanation } = counterexample.explanation as Explanation & {
    readonly sentences?: unknown;
  };
  return { ...counterexample, explanation };
}

/**
 * Reads what {@link toJson} made, from its parsed text.
 *
 * @throws Fault `bad-results` if it is no such file, or has another version
 */
export function fromJson(value: unknown): Results {
  const file = record(value, 'the file');
  if (file['schema'] !== schema) throw bad(`its "schema" is not "${schema}"`);
  if (file['schemaVersion'] !== schemaVersion) {
    const found = JSON.stringify(file['schemaVersion']) ?? 'missing';
    throw bad(`its schemaVersion is ${found}, this release reads ${schemaVersion}`);
  }
  const { version, startedAt } = file;
  if (typeof version !== 'string' || typeof startedAt !== 'string')
    throw bad('"version" or "startedAt" is missing');
  let results: unknown;
  try {
    results = fromJsonValue(file['results']);
  } catch (error) {
    throw bad(`it holds a tagged value that cannot be read: ${messageOf(error)}`);
  }
  if (!Array.isArray(results)) throw bad('"results" is not a list');
  return {
    version,
    startedAt,
    results: results.map((result, index) =>
      withStory(readResult(result, `results[${index}]`), (counterexample) =>
        withRecords(withoutSentences(counterexample)),
      ),
    ),
  };
}

/** Checks not every detail, but every one that would make readers of a result fail far from here. */
function readResult(value: unknown, where: string): CheckResult {
  const result = record(value, where);
  const verdict = String(result['verdict']);
  if (!['holds', 'violated', 'inconclusive'].includes(verdict)) throw bad(`${where}.verdict is unknown`);
  texts(
    result['setting'],
    ['model', 'driver', 'engine', 'isolation', 'order', 'granularity'],
    `${where}.setting`,
  );
  const coverage = record(result['coverage'], `${where}.coverage`);
  for (const key of ['scenarios', 'exhaustive', 'schedules', 'learned', 'aborted', 'refused', 'operations']) {
    if (typeof coverage[key] !== 'number') throw bad(`${where}.coverage.${key} is not a number`);
  }
  lists(result, ['remarks'], where);
  if (result['options'] !== undefined) texts(result['options'], ['kind'], `${where}.options`);
  if (verdict === 'violated' || result['counterexample'] !== undefined) {
    const at = `${where}.counterexample`;
    const counterexample = texts(result['counterexample'], ['replay'], at);
    lists(counterexample, ['schedule', 'history', 'answers'], at);
    lists(record(counterexample['scenario'], `${at}.scenario`), ['sessions'], `${at}.scenario`);
    texts(counterexample['violation'], ['kind'], `${at}.violation`);
    record(counterexample['minimality'], `${at}.minimality`);
    if (counterexample['explanation'] !== undefined) {
      const explanation = record(counterexample['explanation'], `${at}.explanation`);
      lists(explanation, ['evidence', 'dependencies'], `${at}.explanation`);
      texts(explanation['anomaly'], ['code', 'name'], `${at}.explanation.anomaly`);
    }
    if (counterexample['locations'] !== undefined) lists(counterexample, ['locations'], at);
  }
  if (verdict === 'inconclusive' || result['inconclusive'] !== undefined) {
    texts(result['inconclusive'], ['kind'], `${where}.inconclusive`);
  }
  return checkResult(withoutTally(value as CheckResult));
}

/** A release that kept no record of statements stored only what was sent, and the reply: the rest is unknown. */
function withRecords(counterexample: Counterexample): Counterexample {
  const history = counterexample.history.map((event): HistoryEvent => {
    if (event.kind === 'completed') return { ...event, openAfter: event.openAfter };
    if (event.kind !== 'free' && event.kind !== 'released') return event;
    const stored: Message & Partial<Statement> = event.statement;
    const { kind = event.kind === 'free' ? 'free' : 'step', transaction, openBefore, savepoint } = stored;
    return { ...event, statement: { ...stored, kind, transaction, openBefore, savepoint } };
  });
  return { ...counterexample, history };
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw bad(`${where} is not an object`);
}

function texts(value: unknown, keys: readonly string[], where: string): Readonly<Record<string, unknown>> {
  const found = record(value, where);
  for (const key of keys) if (typeof found[key] !== 'string') throw bad(`${where}.${key} is not a text`);
  return found;
}

function lists(value: Readonly<Record<string, unknown>>, keys: readonly string[], where: string): void {
  for (const key of keys) if (!Array.isArray(value[key])) throw bad(`${where}.${key} is not a list`);
}

function bad(detail: string): Fault {
  return new Fault('these are not results that this release of pg-lockstep can read', {
    code: 'bad-results',
    kind: 'usage',
    detail,
    hint: 'results are what lockstep check --json FILE writes; write them again with this release',
  });
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  if (Array.isArray(value)) return value.map(withoutUndefined);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item)]));
}
