import PgBoss from 'pg-boss';
import type { Library } from './library.ts';

/** At most one report is waiting. */
export const library: Library = {
  name: 'pg-boss',
  shown: 'send, a queue of policy short',
  schema: '',
  setup: async () => {
    const connectionString = 'postgres://app:secret@db.example.invalid:5432/app';
    const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
    await boss.start();
    await boss.createQueue('reports');
    await boss.createQueue('single-reports', { name: 'single-reports', policy: 'short' });
    return boss;
  },
  teardown: (boss: PgBoss) => boss.stop({ graceful: false }),
  faulty: async (amount, boss: PgBoss) => {
    if ((await boss.getQueueSize('reports')) > 0) return false;
    await boss.send('reports', { amount });
    return true;
  },
  mended: async (amount, boss: PgBoss) => (await boss.send('single-reports', { amount })) !== null,
  trouble: 'Made in `setup`, without its timers (`supervise: false, schedule: false`).',
};
