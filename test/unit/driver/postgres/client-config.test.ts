import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../../../src/driver/postgres/address.ts';
import {
  clientConfig,
  formatStartupOptions,
  settingsOf,
} from '../../../../src/driver/postgres/client-config.ts';

const session = { kind: 'session', isolation: 'repeatable read' } as const;

describe('startup options', () => {
  it('escape what Postgres would split at', () => {
    expect(formatStartupOptions({ a: 'repeatable read', b: 'back\\slash' })).toBe(
      '-c a=repeatable\\ read -c b=back\\\\slash',
    );
  });

  it('name only what the version and the rights allow', () => {
    const names = (versionNumber: number, superuser: boolean): readonly string[] =>
      Object.keys(settingsOf(session, { version: '', versionNumber, superuser, reportsPlans: false }));
    expect(names(120_000, false)).toEqual([
      'default_transaction_isolation',
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'default_transaction_read_only',
    ]);
    expect(names(140_000, false)).toContain('idle_session_timeout');
    expect(names(160_000, true)).not.toContain('transaction_timeout');
    expect(names(170_000, true)).toEqual(expect.arrayContaining(['transaction_timeout', 'deadlock_timeout']));
  });

  it("come after the user's own", () => {
    const address = parseAddress('postgres://me:secret@db.example:5433/app?options=-c%20work_mem%3D5MB');
    expect(clientConfig(address, 'lockstep_x', { jit: 'off' }, 10)).toMatchObject({
      host: 'db.example',
      port: 5433,
      user: 'me',
      password: 'secret',
      database: 'lockstep_x',
      options: '-c work_mem=5MB -c jit=off -c lockstep.options=kept',
      connectionTimeoutMillis: 10,
    });
    expect(formatAddress(address)).toBe('db.example port 5433, as user "me"');
  });
});
