import PgBoss from 'pg-boss';
import type { Library } from './library.ts';

const boss = new PgBoss({
  connectionString: 'postgres://app:secret@db.example.invalid:5432/app',
  supervise: false,
  schedule: false,
});

/** At most one report is waiting. */
export const library: Library = {
  name: 'pg-boss',
  shown: 'send, a queue of policy short',
  schema: '',
  setup: async () => {
    await boss.start();
    await boss.createQueue('reports');
    await boss.createQueue('single-reports', { name: 'single-reports', policy: 'short' });
  },
  faulty: async (amount) => {
    if ((await boss.getQueueSize('reports')) > 0) return false;
    await boss.send('reports', { amount });
    return true;
  },
  mended: async (amount) => (await boss.send('single-reports', { amount })) !== null,
};
