/** A race as a regression test: red while the race is there, green once it is gone, and red again if it comes back. */
import type { Counterexample } from '../core/result.ts';
import { scenarioText } from '../report/call-text.ts';
import { printable } from '../report/text.ts';
import { raceLines } from './words.ts';

export interface ImportedModel {
  /** The import specifier in the test file. */
  readonly specifier: string;
  /** The export that is the model; undefined if it is one of several in an exported list. */
  readonly exported: string | undefined;
}

export function exportVitest(counterexample: Counterexample, model: ImportedModel): string {
  const { setting, replay, scenario } = counterexample;
  const engine = setting.driver === 'pglite' ? 'pglite' : 'postgres';
  const wholeFile = model.exported === undefined;
  const name = model.exported === undefined || model.exported === 'default' ? 'model' : model.exported;
  return [
    '/**',
    ' * Made by `lockstep export`. While this race is in the code, the test is red:',
    ' *',
    ...raceLines(counterexample).map((line) => ` * ${comment(line)}`.trimEnd()),
    ' *',
    ' * It runs the schedule in which the race was found, and then every schedule of the same scenario, so that it also',
    ' * catches a mend that only moves the race elsewhere. The scenario:',
    ' *',
    ` * ${comment(scenarioText(scenario).replaceAll('\u00a0', ' '))}`,
    ' */',
    ...(wholeFile ? ["import { isModel, modelId } from 'pg-lockstep';"] : []),
    `import { ${engine} } from 'pg-lockstep/${engine}';`,
    "import { lockstepRegression } from 'pg-lockstep/vitest';",
    importLine(model, name),
    '',
    ...(wholeFile
      ? [
          'const model = Object.values(file)',
          '  .flat()',
          `  .filter(isModel)`,
          `  .find((each) => modelId(each) === ${quoted(setting.model)});`,
          `if (model === undefined) throw new Error(${quoted(`the file no longer has the model ${setting.model}`)});`,
          '',
        ]
      : []),
    `lockstepRegression(${name}, ${quoted(replay)}, { engine: ${engine}() });`,
    '',
  ].join('\n');
}

function importLine({ specifier, exported }: ImportedModel, name: string): string {
  const from = quoted(specifier);
  if (exported === undefined) return `import * as file from ${from};`;
  return exported === 'default' ? `import ${name} from ${from};` : `import { ${name} } from ${from};`;
}

function comment(line: string): string {
  return printable(line).replaceAll('*/', '*\\/');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
