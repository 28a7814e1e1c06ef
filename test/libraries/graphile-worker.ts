import { makeWorkerUtils, type WorkerUtils } from 'graphile-worker';
import type { Library } from './library.ts';

/** At most one report is waiting. */
export const library: Library = {
  name: 'graphile-worker',
  shown: 'addJob, with a job key',
  schema: '',
  setup: async () => {
    const connectionString = 'postgres://app:secret@db.example.invalid:5432/app';
    const worker = await makeWorkerUtils({ connectionString });
    await worker.migrate();
    return worker;
  },
  teardown: async (worker: WorkerUtils) => worker.release(),
  faulty: async (amount, worker: WorkerUtils) => {
    const waiting = await worker.withPgClient(async (client) => {
      const { rows } = await client.query('select count(*)::int as jobs from graphile_worker.jobs');
      return rows[0].jobs;
    });
    if (waiting === 0) await worker.addJob('report', { amount });
  },
  mended: async (amount, worker: WorkerUtils) => {
    await worker.addJob('report', { amount }, { jobKey: 'report', jobKeyMode: 'preserve_run_at' });
  },
  trouble: 'Made in `setup`; only adding jobs was tried, not running them.',
};
