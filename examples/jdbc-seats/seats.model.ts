/** Seats that are booked by JDBC. Build it first; see the guide. */
import fc from 'fast-check';
import { defineModel, operation, processes } from 'pg-lockstep';

const classes = 'build:/usr/share/java/postgresql.jar:/usr/share/java/gson.jar';

const seats = (variant: string, name: string) =>
  defineModel({
    name: 'jdbc-seats',
    variant,
    promise: 'a seat has one guest',
    schema: 'create table seats (number int primary key, guest text); insert into seats values (1), (2)',
    clients: processes({ command: ['java', '-cp', classes, 'Seats'], cwd: import.meta.dirname }),
    operations: {
      [name]: operation({ arguments: [fc.integer({ min: 1, max: 2 }), fc.constantFrom('ann', 'bob')] }),
    },
  });

export const reported = seats('reported', 'book');
export const mended = seats('mended', 'bookLocked');
