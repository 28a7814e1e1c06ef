/** One client of a proxy: its socket is the transport of a `WireConnection`. */
import type { Socket } from 'node:net';
import type { StatementHost } from '../contract.ts';
import { WireConnection } from '../wire-connection.ts';

const goodbyeTimeoutMs = 2_000;

export function serveSocket(socket: Socket, host: () => StatementHost | undefined): void {
  const connection = new WireConnection(
    {
      write: (bytes) => {
        // A client that does not read its replies may not ask for more.
        if (socket.writable && !socket.write(bytes)) socket.pause();
      },
      end: () => {
        socket.end();
        // A client that stays all the same has had its answer.
        setTimeout(() => socket.destroy(), goodbyeTimeoutMs).unref();
      },
    },
    host,
  );
  let full = false;
  const resume = (): void => {
    if (!full && !socket.writableNeedDrain) socket.resume();
  };
  socket.on('drain', resume);
  socket.on('data', (chunk: Buffer) => {
    const taken = connection.receive(chunk);
    if (taken === undefined) return;
    full = true;
    socket.pause();
    void taken.then(() => {
      full = false;
      resume();
    });
  });
  // A process that died, or a client that left in the middle: `close` follows.
  socket.on('error', () => {});
  socket.on('close', () => connection.lost());
}
