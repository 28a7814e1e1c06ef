/** Two invoices at once, numbered by a script of psql. */
import fc from 'fast-check';
import { defineModel, operation, processes } from 'pg-lockstep';

const invoices = (variant: string, name: string) =>
  defineModel({
    name: 'psql-invoices',
    variant,
    promise: 'no number is given twice',
    schema: 'create table invoices (number int not null, customer text not null)',
    clients: processes({ command: ['/usr/bin/python3', 'app.py'], cwd: import.meta.dirname }),
    operations: { [name]: operation({ arguments: [fc.constantFrom('ann', 'bob')] }) },
  });

export const reported = invoices('reported', 'invoice');
export const mended = invoices('mended', 'invoiceLocked');
