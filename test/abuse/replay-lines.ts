/** Replay lines that nobody's failure printed: cut, changed, crafted, another model's. Never a stack trace, never a hang. */
import { formatReplayLine } from '../../src/report/replay-line.ts';
import { contentOf, mutations, sealed } from '../support/replay-lines.ts';
import { topic, type AbuseCase } from './case.ts';
import { expectEnd } from './expect.ts';
import { bank, type World } from './world.ts';

const setting = {
  model: 'bank/faulty',
  driver: 'postgres',
  isolation: 'read committed',
  order: 'session',
} as const;
const deposit = { operation: 'deposit', args: [] };
const scenario = { rows: { accounts: [{ balance: 10 }] }, sessions: [[deposit], [deposit]] };
const line = formatReplayLine(setting, scenario, [{ step: 1, session: 1 }]);

async function replay(
  world: World,
  text: string,
  codes: readonly number[],
  ...says: readonly RegExp[]
): Promise<void> {
  const ended = await world.lockstep(['replay', bank, text, ...(await world.where())]);
  expectEnd(ended, codes, ...says);
}

const crafted: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'cut in half': [line.slice(0, line.length / 2), /checksum does not fit/],
  'of another version': [line.replace('v1', 'v9'), /its version is v9/],
  'that is no line': ['hello', /cannot read the replay line/],
  'of another model': [sealed(JSON.stringify(contentOf(line).with(0, 'bank/mended2'))), /bank\/mended2/],
  'of deep JSON': [sealed(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), /its content is damaged/],
  'of huge numbers': [
    sealed(JSON.stringify(contentOf(line).with(4, '1;99999999999999>1'))),
    /cannot read the/,
  ],
  'with a key of every object': [
    sealed(JSON.stringify(contentOf(line).with(6, [[['constructor', []]]]))),
    /calls constructor, which bank\/faulty no longer has/,
  ],
};

export const replayLines: readonly AbuseCase[] = topic('replay-lines', [
  ...Object.entries(crafted).map(([name, [text, says]]) => ({
    name: `a line ${name}`,
    quick: name === 'of deep JSON',
    run: (world: World) => replay(world, text, [2], says),
  })),
  {
    name: 'a part replaced by anything',
    chance: true,
    run: async (world) => {
      const all = [...mutations(contentOf(line))];
      for (let time = 0; time < 5; time += 1) {
        // It passes, fails, has no verdict, or is refused: all but a stack trace, a fault of the engine or a hang.
        await replay(world, sealed(JSON.stringify(world.random.pick(all) ?? null)), [0, 1, 2, 3]);
      }
    },
  },
]);
