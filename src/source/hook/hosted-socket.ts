/**
 * Makes a socket that is about to connect end in this process: what the client writes goes to a `WireConnection`, and what
 * that writes the client reads. The client keeps its own socket, with everything that it attached to it.
 */
import type { Socket } from 'node:net';
import type { StatementHost } from '../contract.ts';
import { keepContextsOf } from './contexts.ts';
import { lookAtConnecting } from './unknown-copies.ts';
import { WireConnection } from '../wire-connection.ts';

type Done = (error?: Error | null) => void;

const hosted = new WeakSet<object>();

export function isHosted(socket: unknown): boolean {
  return typeof socket === 'object' && socket !== null && hosted.has(socket);
}

/**
 * @param host who decides about what is written, at the time when it is written
 * @returns the server's end
 */
export function hostSocket(socket: Socket, host: () => StatementHost | undefined): WireConnection {
  hosted.add(socket);
  const connection = new WireConnection(
    {
      write: (bytes) => {
        if (!socket.destroyed && !socket.readableEnded) socket.push(bytes);
      },
      end: () => {
        if (!socket.destroyed && !socket.readableEnded) socket.push(null);
      },
      canEncrypt: true,
    },
    host,
  );
  let look = lookAtConnecting(keepContextsOf);
  const endLook = (): void => {
    look?.();
    look = undefined;
  };
  const receive = (bytes: Buffer, done: Done): void => {
    // After the start-up packet it sends no more before it is ready.
    if ('user' in connection.startup) endLook();
    const taken = connection.receive(bytes);
    if (taken === undefined) done();
    else void taken.then(() => done());
  };
  let connecting = true;
  const self = (): Socket => socket;
  Object.defineProperties(socket, {
    connecting: { get: () => connecting, set: () => {} },
    pending: { get: () => connecting },
  });
  Object.assign(socket, {
    _read: () => {},
    _write: (chunk: Buffer | string, encoding: BufferEncoding, done: Done) => {
      receive(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, done);
    },
    _writev: (
      chunks: { readonly chunk: Buffer | string; readonly encoding: BufferEncoding }[],
      done: Done,
    ) => {
      const all = chunks.map(({ chunk, encoding }) =>
        typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
      );
      receive(Buffer.concat(all), done);
    },
    _final: (done: Done) => {
      done();
      if (!socket.readableEnded && !socket.destroyed) socket.push(null);
      connection.lost();
    },
    _destroy: (error: Error | null, done: Done) => {
      endLook();
      connection.lost();
      done(error);
      // A socket emits this itself, when its handle is closed.
      process.nextTick(() => socket.emit('close', error !== null));
    },
    // What a socket can be asked to do besides means nothing here: it keeps no process alive.
    setNoDelay: self,
    setKeepAlive: self,
    ref: self,
    unref: self,
    destroySoon: () => void socket.destroy(),
  });
  process.nextTick(() => {
    connecting = false;
    if (socket.destroyed) return;
    socket.emit('connect');
    socket.emit('ready');
  });
  return connection;
}
