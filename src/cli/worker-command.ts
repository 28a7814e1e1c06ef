/** `lockstep worker`: does the jobs of campaigns that others put on a queue. */
import { executorsFor } from '../campaign/share.ts';
import { Fault } from '../core/fault.ts';
import { count } from '../report/text.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-code.ts';
import type { OptionTable } from './options/option.ts';
import * as values from './values.ts';

export interface WorkerRequest {
  readonly jobs: number | undefined;
  readonly idleExit: number | undefined;
}

export const workerTable: OptionTable<WorkerRequest> = {
  jobs: {
    argument: '<n>',
    read: values.wholeNumber,
    standard: undefined,
    help: 'jobs at once, each in a process with its own server',
    shown: 'one for each core, at most 8',
  },
  idleExit: {
    argument: '<time>',
    read: values.duration,
    standard: undefined,
    help: 'end after that long without a job, as in 60s or 5m',
    shown: 'never',
  },
};

export async function workerCommand(command: Command, request: WorkerRequest): Promise<number> {
  const { settings, terminal, crew, atEnd } = command;
  const { queue, server } = settings;
  if (queue === undefined) {
    throw new Fault('a worker needs the address of a queue', {
      code: 'bad-option',
      kind: 'usage',
      hint: 'lockstep worker --queue postgres://user@host/database',
    });
  }
  const { FleetWorker } = await import('../campaign/fleet/fleet-worker.ts');
  const executors = Array.from({ length: executorsFor(request.jobs, Infinity) }, (_, number) =>
    crew.executor(number),
  );
  const onNews = (text: string): void => terminal.err(text);
  const worker = new FleetWorker({ url: queue, executors, server, idleExitMs: request.idleExit, onNews });
  atEnd(() => Promise.resolve(worker.interrupt()));
  try {
    await worker.run();
  } finally {
    terminal.out(`${count(worker.done, 'job')} done`);
  }
  return exitCodes.holds;
}
