/**
 * A replay line is one token that replays a counterexample exactly: `v1:` and the compressed setting, scenario
 * and schedule, with a checksum so that a line cut in half is noticed.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Fault, messageOf } from '../core/fault.ts';
import { isolationLevels } from '../core/isolation.ts';
import { toJsonValue } from '../core/json-value.ts';
import type { Setting } from '../core/result.ts';
import { formatSchedule, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import { decodeContent, type ReplayLine } from './replay-content.ts';

export type { ReplayLine } from './replay-content.ts';

const version = 'v1';

export function formatReplayLine(
  setting: Pick<Setting, 'model' | 'driver' | 'isolation' | 'order'>,
  scenario: Scenario,
  schedule: Schedule,
): string {
  const { model, driver, isolation, order } = setting;
  const content = JSON.stringify([
    model,
    driver,
    isolationLevels.indexOf(isolation),
    order,
    formatSchedule(schedule),
    toJsonValue(scenario.rows),
    scenario.sessions.map((calls) => calls.map((call) => [call.operation, toJsonValue(call.args)])),
  ]);
  const payload = deflateRawSync(content, { level: 9 }).toString('base64url');
  return `${version}:${payload}.${checksum(payload)}`;
}

/** Characters of a line's content; a scenario that is found has some hundreds. */
const maxContent = 4_000_000;

/** @throws Fault `bad-replay-line`, in words that say whether it was cut, damaged, or comes from another version */
export function parseReplayLine(line: string): ReplayLine {
  const text = line.trim();
  const bad = (detail: string, hint: string): never => {
    throw new Fault('cannot read the replay line', { code: 'bad-replay-line', kind: 'usage', detail, hint });
  };
  const match = /^(v\d+):([\w-]*)(?:\.([\w]*))?$/.exec(text);
  if (match === null)
    return bad('it does not start with "v1:"', 'copy the whole line that follows "replay" in the failure');
  const [, found, payload = '', sum = ''] = match;
  if (found !== version) {
    return bad(
      `its version is ${found}, this release reads ${version}`,
      'replay it with the release that wrote it',
    );
  }
  if (checksum(payload) !== sum) {
    return bad(
      'its checksum does not fit: it was cut or changed',
      'copy the whole line, which is a single word',
    );
  }
  try {
    const inflated = inflateRawSync(Buffer.from(payload, 'base64url'), { maxOutputLength: maxContent });
    return decodeContent(JSON.parse(inflated.toString()));
  } catch (error) {
    // The checksum fits, so it was made by hand or by another program.
    return bad(
      `its content is damaged: ${error instanceof RangeError ? 'it is too large' : messageOf(error)}`,
      'check the model again, and copy the line of that failure',
    );
  }
}

function checksum(payload: string): string {
  return createHash('sha256').update(payload).digest('hex').slice(0, 8);
}
