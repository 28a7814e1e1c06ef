/** The envelope of a job on the queue: the job as a parcel, and beside it what a person who looks at the table wants to know. */
import { resolve } from 'node:path';
import type { EngineName, Job } from '../job.ts';
import { pack, unpack, type Parcel } from './parcel.ts';

export interface Envelope {
  /** `check bank/faulty on postgres`. */
  readonly title: string;
  readonly job: Parcel;
}

export interface FinishedEnvelope {
  readonly outcome: Parcel;
  /** The name of the worker. */
  readonly worker: string;
}

export function envelopeOf(job: Job): Envelope {
  const { kind, model, engine } = job;
  // Processes and servers of the submitter's machine mean nothing on another one.
  const sent = { ...job, engine: { engine: engine.engine, server: undefined }, helpers: 0 };
  return { title: `${kind} ${model.id} on ${engine.engine}`, job: pack(sent) };
}

/** The job for this machine. */
export function jobIn({ job: parcel }: Envelope, server: string | undefined): Job {
  const job = unpack(parcel) as Job;
  const name: EngineName = job.engine.engine;
  return {
    ...job,
    model: { ...job.model, absolute: resolve(job.model.file) },
    engine: { engine: name, server: name === 'postgres' ? server : undefined },
  };
}
