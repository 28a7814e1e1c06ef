/**
 * Settings travel as startup options, not as SET statements: `DISCARD ALL` and `RESET` return to startup options, so
 * code under test that cleans its connection keeps them.
 */
import type { ClientConfig } from 'pg';
import type { ConnectionRole } from '../contract.ts';
import type { Address } from './address.ts';
import { optionsMarker, type ServerFacts } from './server-facts.ts';

type Settings = Readonly<Record<string, string>>;

/** The driver's own connections (`service`) only have to stay open. */
export type AnyRole = ConnectionRole | { readonly kind: 'service' };

/** `-c name=value ...`; Postgres splits at spaces unless a backslash stands before them. */
export function formatStartupOptions(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\s\\]/g, '\\$&')}`)
    .join(' ');
}

/** Limits that every version has, switched off. */
export const noTimeouts: Settings = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};

/** A server or role may have limits of its own; the engine has its own limits and needs these off. */
function withoutTimeouts(versionNumber: number): Settings {
  return {
    ...noTimeouts,
    ...(versionNumber >= 140_000 && { idle_session_timeout: '0' }),
    ...(versionNumber >= 170_000 && { transaction_timeout: '0' }),
  };
}

/**
 * With 1 ms the backend that closes a cycle is always the victim. After its check a waiting backend reports the wait to
 * its own client, at LOG level; `lc_messages` makes those words the same everywhere, and `log_min_messages` keeps them
 * (and errors that the search provokes) out of a user's server log.
 */
const announcing: Settings = {
  deadlock_timeout: '1ms',
  log_lock_waits: 'on',
  client_min_messages: 'log',
  log_min_messages: 'fatal',
  lc_messages: 'C',
};

/**
 * INFO reaches the client whatever `client_min_messages` the code under test sets. A plan without measured times costs
 * about 0.02 ms.
 */
const planReports: Settings = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_level': 'info',
  'auto_explain.log_format': 'json',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_verbose': 'on',
};

/** Makes every dump of the same rows the same text, whatever the server's defaults. */
const canonicalText: Settings = {
  datestyle: 'ISO',
  timezone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  intervalstyle: 'postgres',
};

/** A role's defaults are for its applications: our own queries never wait or fail because of them. */
const plainTransactions: Settings = {
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

export function settingsOf(role: AnyRole, facts: ServerFacts): Settings {
  // Schema and operations write, even if the role's default is read only.
  const common = { ...withoutTimeouts(facts.versionNumber), default_transaction_read_only: 'off' };
  switch (role.kind) {
    case 'session':
      return {
        default_transaction_isolation: role.isolation,
        ...common,
        ...(facts.superuser && announcing),
        ...(role.observed === true && facts.reportsPlans && planReports),
      };
    case 'admin':
      return {
        ...canonicalText,
        ...common,
        ...plainTransactions,
        ...(facts.superuser && { session_replication_role: 'replica' }),
      };
    case 'service':
      return { ...common, ...plainTransactions };
  }
}

/** A `pg` configuration for one client in one role. The user's own startup options come first, so ours win. */
export function clientConfig(
  address: Address,
  database: string,
  settings: Settings,
  connectTimeoutMs: number,
): ClientConfig {
  return {
    host: address.host,
    port: address.port,
    user: address.user,
    ...(address.password !== undefined && { password: address.password }),
    ...(address.ssl !== undefined && { ssl: address.ssl }),
    database,
    // Never empty: `pg` would then read the environment, which must not reach a server of our own.
    options: [address.options, formatStartupOptions({ ...settings, [optionsMarker]: 'kept' })]
      .join(' ')
      .trim(),
    ...(address.ssl === false && { sslnegotiation: 'postgres' }),
    application_name: 'pg-lockstep',
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
  };
}
