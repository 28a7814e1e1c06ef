/**
 * The lifeline of a worker: a thread of its own that notices when the command is gone, however it went, and although
 * the code under test may keep the rest of the process busy for ever. The worker has some time to end in order.
 */
import { Socket } from 'node:net';
import { lifelineDescriptor, stopTimeoutMs } from './messages.ts';

// The command's end of this pipe closes with the command.
new Socket({ fd: lifelineDescriptor, readable: true, writable: false })
  .on('error', () => undefined)
  .on('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopTimeoutMs))
  .resume();
