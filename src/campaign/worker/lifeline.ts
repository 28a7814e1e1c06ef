/**
 * The lifeline of a worker: a thread of its own that notices when the parent process is gone, however it went, and although
 * the code under test may keep the rest of the process busy for ever. The worker has some time to end in order.
 */
import { Worker as Thread } from 'node:worker_threads';
import { lifelineDescriptor, stopTimeoutMs } from './messages.ts';

/** As text, since a thread does not get the loader with which this may run from the sources. */
const script = `
const { Socket } = require('node:net');
const { workerData } = require('node:worker_threads');
// The parent's end of this pipe closes with the parent.
new Socket({ fd: workerData.descriptor, readable: true, writable: false })
  .on('error', () => undefined)
  .on('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData.timeoutMs))
  .resume();
`;

export function holdLifeline(): void {
  const workerData = { descriptor: lifelineDescriptor, timeoutMs: stopTimeoutMs };
  new Thread(script, { eval: true, workerData }).unref();
}
