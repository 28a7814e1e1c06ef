/** What a library does to set up a new connection, and how that is done again on another one. */

/** They are chosen by the tool, or mean nothing here. The tool has its own limits of time: a statement may be held for long. */
const ours: ReadonlySet<string> = new Set([
  'user', 'database', 'replication', 'application_name', 'options',
  'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout',
]); // prettier-ignore

/** The settings with which the code under test opened its connection. */
export function startupSettings(startup: Readonly<Record<string, string>>): [name: string, value: string][] {
  const given = [...Object.entries(startup), ...optionSettings(startup['options'] ?? '')];
  return given.filter(
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

const stateful =
  /^\s*(?:(?:set|reset|listen|unlisten|prepare|discard|load)\b|create\s+(?:local\s+|global\s+)?temp|select\b.*\b(?:set_config|pg_advisory_lock\w*)\s*\()/is;

/** Whether a statement changes what its connection keeps. */
export function setsSessionState(text: string): boolean {
  return stateful.test(text);
}
