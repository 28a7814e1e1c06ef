/** Whether a connection has the settings that it was opened with. */
import { Fault } from '../core/fault.ts';

/** A question to the connection, past every gate. */
type Query = (text: string, values: unknown[]) => Promise<{ readonly rows: readonly Setting[] }>;

interface Setting {
  readonly name: string;
  readonly value: string | null;
}

/** A fault `settings-dropped` that names the settings that the connection lacks; undefined if it has them all. */
export async function droppedSettings(
  query: Query,
  settings: Readonly<Record<string, string>>,
): Promise<Fault | undefined> {
  const names = Object.keys(settings);
  if (names.length === 0) return undefined;
  const asked = 'select name, current_setting(name, true) as value from unnest($1::text[]) as name';
  const { rows } = await query(asked, [names]);
  const wrong = rows.filter(({ name, value }) => value !== settings[name]);
  if (wrong.length === 0) return undefined;
  return new Fault('a connection does not have the settings that it was opened with', {
    code: 'settings-dropped',
    kind: 'usage',
    detail: wrong
      .map(({ name, value }) => `${name} is ${value ?? 'not set'} and should be ${settings[name]}`)
      .join('; '),
    hint: 'a pooler in between may drop startup options: give the address of the Postgres server itself',
  });
}
