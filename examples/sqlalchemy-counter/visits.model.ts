/** Two visits at once, counted by SQLAlchemy. */
import { defineModel, operation, processes } from 'pg-lockstep';

const visits = (variant: string, name: string) =>
  defineModel({
    name: 'sqlalchemy-counter',
    variant,
    promise: 'every visit is counted',
    schema: `create table pages (path text primary key, visits int not null); insert into pages values ('/', 0)`,
    clients: processes({ command: ['/usr/bin/python3', 'app.py'], cwd: import.meta.dirname }),
    operations: { [name]: operation({}) },
  });

export const reported = visits('reported', 'visit');
export const mended = visits('mended', 'visitAtomically');
