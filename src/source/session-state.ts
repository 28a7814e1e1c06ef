/** What a library does to set up a new connection, and how that is done again on another one. */

import type { ErrorText } from '../wire/server-messages.ts';
import type { Unit } from './unit.ts';

/** They are chosen by the tool, or mean nothing here. The tool has its own limits of time: a statement may be held for long. */
const ours: ReadonlySet<string> = new Set([
  'user', 'database', 'replication', 'options',
  'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout',
]); // prettier-ignore

/** The settings with which the code under test opened its connection. */
export function startupSettings(startup: Readonly<Record<string, string>>): [name: string, value: string][] {
  // As in a server, those of `options` come first; of two for one setting the last one counts.
  const given = [...optionSettings(startup['options'] ?? ''), ...Object.entries(startup)];
  const last = new Map(given.map((setting) => [setting[0].toLowerCase(), setting]));
  return [...last.values()].filter(
    ([name, value]) => !ours.has(name) && !(name === 'client_encoding' && /^'?utf-?8'?$/i.test(value)),
  );
}

/** `-c name=value --name=value`; a backslash keeps a space. */
function optionSettings(options: string): [string, string][] {
  const words = options.match(/(?:\\.|[^\\\s])+/gs)?.map((word) => word.replace(/\\(.)/gs, '$1')) ?? [];
  const settings: [string, string][] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const text = word === '-c' ? (words[(index += 1)] ?? '') : word.replace(/^(?:--|-c)/, '');
    const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) settings.push([name.replaceAll('-', '_'), value]);
  }
  return settings;
}

/** What the server reports of its settings, with those that the client asks for. */
export function greetedParameters(
  reported: ReadonlyMap<string, string>,
  startup: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const asked = new Map(Object.entries(startup).map(([name, value]) => [name.toLowerCase(), value]));
  return new Map([...reported].map(([name, value]) => [name, asked.get(name.toLowerCase()) ?? value]));
}

/** Why a client cannot be let in. */
export function refusalOf({
  replication = 'false',
}: Readonly<Record<string, string>>): ErrorText | undefined {
  if (/^(?:f|false|off|no?|0)$/i.test(replication)) return undefined;
  const message = 'pg-lockstep holds back statements, and has no replication to offer';
  return { severity: 'FATAL', code: '0A000', message };
}

const stateful =
  /^\s*(?:(?:set|reset|listen|unlisten|prepare|discard|load)\b|create\s+(?:local\s+|global\s+)?temp|select\b.*\b(?:set_config|pg_advisory_lock\w*)\s*\()/is;

/** Whether a statement changes what its connection keeps. */
export function setsSessionState(text: string): boolean {
  return stateful.test(text);
}

/** Adds a statement that is to be sent again on another connection; of equal texts only the last one counts. */
export function remember(handshake: Unit[], unit: Unit): void {
  const at = handshake.findIndex(({ text }) => text === unit.text);
  if (at >= 0) handshake.splice(at, 1);
  handshake.push(unit);
}

const changes =
  /(?:^|;)\s*(?:insert|update|delete|merge|create|alter|drop|truncate|copy|lock|call|do|grant)\b|^\s*with\b.*\b(?:insert\s+into|update\s+\S+(?:\s+(?:as\s+)?\w+)?\s+set|delete\s+from|merge\s+into)\b/is;

/** Whether a statement may change tables or the schema, as far as its words say: a function may, too. */
export function changesTables(text: string): boolean {
  return changes.test(text);
}
