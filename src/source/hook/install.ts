/**
 * The hook: connections to Postgres that the code under test opens by itself go to the engine's database. It takes them at
 * the socket, so it is the same for every library, for each copy of one, and for bundled code.
 */
import { syncBuiltinESMExports } from 'node:module';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import type { StatementHost } from '../contract.ts';
import { keepContexts, keepContextsOfLaterCopies } from './contexts.ts';
import { isPostgres, leadsToPostgres, targetOf } from './address.ts';
import { isOwn } from '../../wire/own-socket.ts';
import { installTickets, type CallingSession } from './http-tickets.ts';
import { hostSocket, isHosted } from './hosted-socket.ts';

let installed = false;

/**
 * Puts the hook in place. Nothing changes for code that no execution runs. Idempotent.
 *
 * @param host who decides about the code that runs now; undefined if it is not under test
 * @param calling the session whose code runs now; undefined if no session's does
 */
export function installHook(
  host: () => StatementHost | undefined,
  calling: () => CallingSession | undefined,
): void {
  keepContexts(host);
  if (installed) return;
  installed = true;
  installTickets(calling);
  const { connect } = net.Socket.prototype as { connect: (this: Socket, ...args: unknown[]) => Socket };
  net.Socket.prototype.connect = function connectHosted(this: Socket, ...args: unknown[]): Socket {
    if (isHosted(this) || host() === undefined || !isPostgres(targetOf(args)))
      return connect.apply(this, args);
    keepContextsOfLaterCopies();
    const listener = args.flat().findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
    if (listener !== undefined) this.once('connect', listener);
    hostSocket(this, host);
    return this;
  } as typeof net.Socket.prototype.connect;
  guardOtherConnections(host);
  const secure = tls.connect as (...args: unknown[]) => tls.TLSSocket;
  // Inside the process there is nothing to encrypt: the client goes on with the socket that it has.
  tls.connect = ((...args: unknown[]) => {
    const [options] = args as [{ readonly socket?: unknown } | undefined];
    const socket = options?.socket;
    if (!isHosted(socket)) return secure(...args);
    process.nextTick(() => (socket as Socket).emit('secureConnect'));
    return socket as tls.TLSSocket;
  }) as typeof tls.connect;
  syncBuiltinESMExports();
}

/** Connections that were opened before the hook was in place lead to other servers: perhaps to the data of a user. */
function guardOtherConnections(host: () => StatementHost | undefined): void {
  const sockets = net.Socket.prototype as unknown as { _writeGeneric: SocketWrite };
  const { _writeGeneric: write } = sockets;
  sockets._writeGeneric = function writeGuarded(this: Socket, ...args) {
    const now = host();
    if (now === undefined || isOwn(this) || !leadsToPostgres(this.remotePort)) {
      write.apply(this, args);
      return;
    }
    const address = `${this.remoteAddress}:${this.remotePort}`;
    now.foreign(address);
    const [, , , done] = args;
    done(new Error(`pg-lockstep: this connection to ${address} was opened before the check began`));
  };
}

type SocketWrite = (
  this: Socket,
  ...args: [several: boolean, data: unknown, encoding: string, done: (error: Error) => void]
) => void;
