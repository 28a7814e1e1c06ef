/** Workflows and actions of GitHub as data, checked against GitHub's own schema, and its expressions evaluated by its own library. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { buildSync } from 'esbuild';
import { parse } from 'yaml';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface WorkflowJob {
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

type GithubParser = typeof import('@actions/workflow-parser') &
  typeof import('@actions/workflow-parser/actions/action-parser');

/** GitHub's parser imports JSON in a way that Node refuses, so it is bundled first. */
function loadParser(): GithubParser {
  const names = ['@actions/workflow-parser', '@actions/workflow-parser/actions/action-parser'];
  const contents = names.map((name) => `export * from '${name}';`).join('\n');
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-github-parser-'));
  try {
    const outfile = join(folder, 'parser.cjs');
    buildSync({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      platform: 'node',
      outfile,
    });
    return createRequire(import.meta.url)(outfile) as GithubParser;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let parser: GithubParser | undefined;

/** What GitHub would refuse in a file, by GitHub's schema of workflows or of actions; its expressions are checked, too. */
export async function problemsOf(file: string, kind: 'workflow' | 'action'): Promise<readonly string[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseAction, parseWorkflow } = (parser ??=
    loadParser());
  const source = { name: file, content: readFileSync(file, 'utf8') };
  const trace = new NoOperationTraceWriter();
  const { context, value } = kind === 'workflow' ? parseWorkflow(source, trace) : parseAction(source, trace);
  if (kind === 'workflow' && value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

export function readYaml<T>(file: string): T {
  return parse(readFileSync(file, 'utf8')) as T;
}

export type Functions = Parameters<typeof functionsOf>[0];
export type Contexts = Readonly<Record<string, unknown>>;

/** The value of an expression, without its braces. */
function evaluate(expression: string, contexts: Contexts, functions: Functions): data.ExpressionData {
  const { tokens } = new Lexer(expression).lex();
  const extra = functionsOf(functions);
  const tree = new Parser(tokens, Object.keys(contexts), [...extra.values()]).parse();
  return new Evaluator(tree, dataOf(contexts) as data.Dictionary, extra).evaluate();
}

/** A text with its expressions replaced by their values. */
export function filled(text: string | number, contexts: Contexts, functions: Functions): string {
  return String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts, functions).coerceString(),
  );
}

/** Whether a step runs: without a condition, if nothing before it has failed. */
export function holds(condition: string | undefined, contexts: Contexts, functions: Functions): boolean {
  const expression = (condition ?? 'success()').replace(/^\$\{\{(.*)\}\}$/, '$1');
  const asksForStatus = /\b(?:success|failure|always|cancelled)\s*\(/.test(expression);
  const whole = asksForStatus ? expression : `success() && (${expression})`;
  const value = evaluate(whole, contexts, functions).coerceString();
  return value !== '' && value !== 'false' && value !== '0';
}

function functionsOf(functions: {
  readonly failed: () => boolean;
  readonly hashFiles: (pattern: string) => string;
}): NonNullable<ConstructorParameters<typeof Evaluator>[2]> {
  const of = (name: string, call: (...args: data.ExpressionData[]) => data.ExpressionData) =>
    [name.toLowerCase(), { name, minArgs: 0, maxArgs: 9, call }] as const;
  return new Map([
    of('success', () => new data.BooleanData(!functions.failed())),
    of('failure', () => new data.BooleanData(functions.failed())),
    of('always', () => new data.BooleanData(true)),
    of('cancelled', () => new data.BooleanData(false)),
    of('hashFiles', (pattern) => new data.StringData(functions.hashFiles(pattern?.coerceString() ?? ''))),
  ]);
}

function dataOf(value: unknown): data.ExpressionData {
  if (value === undefined || value === null) return new data.Null();
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value !== 'object') throw new Error(`an expression has no value of type ${typeof value}`);
  return new data.Dictionary(...Object.entries(value).map(([key, each]) => ({ key, value: dataOf(each) })));
}
