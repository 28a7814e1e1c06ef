/**
 * A replay line is one token that replays a counterexample exactly: `v1:` and the compressed setting, scenario
 * and schedule, with a checksum so that a line cut in half is noticed.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Fault } from '../core/fault.ts';
import { isolationLevels, type IsolationLevel } from '../core/isolation.ts';
import { fromJsonValue, toJsonValue } from '../core/json-value.ts';
import type { Setting } from '../core/result.ts';
import { formatSchedule, parseSchedule, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';
import type { OrderRule } from '../core/verdict.ts';

export interface ReplayLine {
  readonly model: string;
  readonly driver: string;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}

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

/** @throws Fault `bad-replay-line`, in words that say whether it was cut, or comes from another version */
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
  const content = JSON.parse(inflateRawSync(Buffer.from(payload, 'base64url')).toString()) as [
    string,
    string,
    number,
    OrderRule,
    string,
    unknown,
    [string, unknown][][],
  ];
  const [model, driver, isolation, order, schedule, rows, sessions] = content;
  return {
    model,
    driver,
    isolation: isolationLevels[isolation] ?? 'read committed',
    order,
    schedule: parseSchedule(schedule),
    scenario: {
      rows: fromJsonValue(rows) as Scenario['rows'],
      sessions: sessions.map((calls) =>
        calls.map(([operation, args]) => ({ operation, args: fromJsonValue(args) as unknown[] })),
      ),
    },
  };
}

function checksum(payload: string): string {
  return createHash('sha256').update(payload).digest('hex').slice(0, 8);
}
