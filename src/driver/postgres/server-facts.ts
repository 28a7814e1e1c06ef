/** Facts about a server and about our role on it. */
import { Fault } from '../../core/fault.ts';
import type { ServiceConnection } from './service-connection.ts';

export interface ServerFacts {
  /** As people write it: `18.4`. */
  readonly version: string;
  /** As programs compare it: 180004. */
  readonly versionNumber: number;
  readonly superuser: boolean;
  /** Whether the server can send sessions their plans. */
  readonly reportsPlans: boolean;
}

/** A setting of our own that shows whether startup options arrived: some poolers drop them. */
export const optionsMarker = 'lockstep.options';

/** Postgres 12 is the oldest that the project's tests can run; 13 and newer drop databases by force. */
const oldestVersionNumber = 120_000;

/** @throws Fault `server-too-old` */
export function checkVersion(facts: Pick<ServerFacts, 'version' | 'versionNumber'>): void {
  if (facts.versionNumber >= oldestVersionNumber) return;
  throw new Fault('the Postgres server is too old', {
    code: 'server-too-old',
    kind: 'engine',
    detail: `found version ${facts.version}; version 12 or newer is needed`,
    hint: 'leave the server out to use a throw-away cluster, or give a newer one',
  });
}

/** @throws Fault `options-dropped`, `server-too-old` or `server-lost` */
export async function readFacts(connection: ServiceConnection): Promise<ServerFacts> {
  const [row] = await connection.query(
    `select current_setting('server_version'), current_setting('server_version_num'),
            (select rolsuper from pg_roles where rolname = current_user),
            current_setting('${optionsMarker}', true)`,
  );
  // Packagers append their own: "15.13 (Debian 15.13-0+deb12u1)".
  const version = (row?.[0] ?? '?').split(' ', 1)[0] ?? '?';
  const versionNumber = Number(row?.[1]);
  const superuser = row?.[2] === 't';
  checkVersion({ version, versionNumber });
  if (row?.[3] !== 'kept') throw optionsDroppedFault();
  const reportsPlans = superuser && (await canLoad(connection, 'auto_explain'));
  return { version, versionNumber, superuser, reportsPlans };
}

function optionsDroppedFault(): Fault {
  return new Fault('something in front of the Postgres server drops startup options', {
    code: 'options-dropped',
    kind: 'engine',
    detail:
      'a setting that was given when connecting is missing: isolation levels and limits are set that way',
    hint: 'give the address of the server itself, not that of a pooler',
  });
}

/** Packagers may leave modules out; a connection that asks for a missing module is refused. */
async function canLoad(connection: ServiceConnection, module: string): Promise<boolean> {
  try {
    await connection.query(`load '${module}'`);
    return true;
  } catch {
    return false;
  }
}
