/** A stock that is sold by `database/sql`. Build it first; see the guide. */
import fc from 'fast-check';
import { defineModel, operation, processes } from 'pg-lockstep';

const stock = (variant: string, name: string) =>
  defineModel({
    name: 'go-stock',
    variant,
    promise: 'nothing is sold twice',
    schema: 'create table stock (id int primary key, pieces int not null); insert into stock values (1, 5)',
    clients: processes({ command: ['./go-stock'], cwd: import.meta.dirname }),
    operations: { [name]: operation({ arguments: [fc.integer({ min: 1, max: 5 })] }) },
  });

export const reported = stock('reported', 'sell');
export const mended = stock('mended', 'sellLocked');
