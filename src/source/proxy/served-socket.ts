/** One client of a proxy: its socket is the transport of a `WireConnection`. */
import type { Socket } from 'node:net';
import type { StatementHost } from '../contract.ts';
import { WireConnection } from '../wire-connection.ts';

export function serveSocket(socket: Socket, host: () => StatementHost | undefined): void {
  const connection = new WireConnection(
    {
      write: (bytes) => {
        // A client that does not read its replies may not ask for more.
        if (socket.writable && !socket.write(bytes)) socket.pause();
      },
      end: () => socket.end(),
    },
    host,
  );
  socket.on('data', (chunk: Buffer) => connection.receive(chunk));
  socket.on('drain', () => socket.resume());
  // A process that died, or a client that left in the middle: `close` follows.
  socket.on('error', () => {});
  socket.on('close', () => connection.lost());
}
