/**
 * The cluster user is the user that the server runs as. Postgres refuses root, so root runs it as an existing
 * unprivileged user; everyone else runs it as themselves. No system user is ever created.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../core/fault.ts';

export interface ClusterUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In order of preference: `nobody` owns nothing that the server could harm. */
const candidates = ['nobody', 'postgres'];

/** Undefined if the server can run as the current user. @throws Fault `no-unprivileged-user` */
export async function findClusterUser(): Promise<ClusterUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  const user = candidates.map((name) => users.get(name)).find((found) => found !== undefined);
  if (user !== undefined) return user;
  throw new Fault('cannot start Postgres as root', {
    code: 'no-unprivileged-user',
    kind: 'engine',
    detail: `Postgres refuses to run as root, and this system has no user ${candidates.join(' or ')} to run it as`,
    hint: 'run as another user, or give the URL of a running server',
  });
}

/** Users of an /etc/passwd by name; root is left out. */
export function parsePasswd(text: string): ReadonlyMap<string, ClusterUser> {
  const users = new Map<string, ClusterUser>();
  for (const line of text.split('\n')) {
    const [name = '', , uid, gid] = line.split(':');
    const user = { name, uid: Number(uid), gid: Number(gid) };
    if (user.uid > 0 && Number.isInteger(user.gid)) users.set(name, user);
  }
  return users;
}

/** The first of the path's folders, or the path itself, that the user may not enter or run; undefined if none. */
export async function findBarrier(path: string, user: ClusterUser): Promise<string | undefined> {
  const ancestors: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    ancestors.unshift(at);
    if (dirname(at) === at) break;
  }
  for (const ancestor of ancestors) {
    const { uid, gid, mode } = await stat(ancestor);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return ancestor;
  }
  return undefined;
}

export async function canReach(path: string, user: ClusterUser): Promise<boolean> {
  return (await findBarrier(path, user).catch(() => path)) === undefined;
}
