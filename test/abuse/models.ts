/** Mistakes of somebody who writes a model: a plain message that says whose they are, and exit code 2. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topic, type AbuseCase } from './case.ts';
import { expectEnd } from './expect.ts';
import { fixture, type World } from './world.ts';

const quickly = ['--sessions', '2', '--operations', '1', '--runs', '2', '--seed', '1', '--workers', '1'];

const inFunctions: Readonly<Record<string, RegExp>> = {
  'invariant-throws': /invariant "sum" of mistake\/invariant-throws throws TypeError/,
  'invariant-is-async': /it must not be async/,
  'invariant-is-odd': /must return a complaint, or undefined if all is well, and returned a number/,
  'refusal-throws': /`refusal` of mistake\/refusal-throws throws TypeError.*it was given deposit\(\)/,
  'refusal-forgets': /must return true or false, and returned undefined/,
  'specification-throws': /`apply` of the specification of mistake\/specification-throws throws TypeError/,
  'specification-is-odd': /must return { state, value }, and returned a number/,
  'memory-throws': /`memory` of mistake\/memory-throws throws TypeError/,
  'shared-is-async': /`shared` of mistake\/shared-is-async gives a value that cannot be used/,
  'argument-throws':
    /the arbitrary of argument 1 of operation deposit of mistake\/argument-throws throws TypeError/,
  'argument-is-a-function': /cannot be copied and compared/,
  'rows-throw': /the arbitrary of the starting rows of mistake\/rows-throw throws TypeError/,
  'rows-are-odd': /those of table "account" are a number, not an array/,
  'rows-have-an-invalid-date': /column "id" of row 1 of table "account" is an invalid date/,
  'rows-do-not-fit': /name a table "nowhere" that the schema does not have/,
};

const inTheText: Readonly<Record<string, readonly [change: string, says: RegExp]>> = {
  'a key that is mistyped': ['invariant: {}', /"invariant" is not known; did you mean "invariants"\?/],
  'a key of an operation that is mistyped': [
    'operations: { read: { run: async () => 1, argumets: [] } }',
    /"argumets" is not known; did you mean "arguments"\?/,
  ],
  'a memory that is a value': ['memory: {}', /`memory` must be a function/],
  'rows that are a function': ['rows: () => ({})', /`rows` must be rows by table/],
  'a level that is none': ["check: { isolation: 'snapshot' }", /`isolation` in `check` must be of/],
};

export const models: readonly AbuseCase[] = topic('models', [
  ...Object.entries(inFunctions).map(([variant, says]) => ({
    name: variant.replaceAll('-', ' '),
    quick: variant === 'argument-throws',
    run: async (world: World) => {
      const args = ['check', fixture('mistakes.ts'), '--variant', variant, ...quickly];
      expectEnd(await world.lockstep([...args, ...(await world.where())]), 2, says);
    },
  })),
  ...Object.entries(inTheText).map(([name, [change, says]]) => ({
    name,
    run: async (world: World) => {
      const file = join(world.folder, 'model.mjs');
      const index = new URL('../../dist/index.js', import.meta.url).href;
      const model = `{ name: 'm', schema: '', operations: { read: { run: async () => 1 } }, ${change} }`;
      writeFileSync(
        file,
        `import { defineModel } from '${index}';\nexport const m = defineModel(${model});\n`,
      );
      expectEnd(await world.lockstep(['check', file, ...quickly]), 2, says);
    },
  })),
]);
