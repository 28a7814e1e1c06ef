/** Django's own `get_or_create` inside a transaction: sound at read committed, and not at repeatable read. */
import fc from 'fast-check';
import { defineModel, operation, processes } from 'pg-lockstep';

export const tags = defineModel({
  name: 'django-get-or-create',
  promise: 'whoever asks for a tag gets it',
  schema: 'create table tags (id bigserial primary key, name varchar(50) not null unique)',
  clients: processes({ command: ['/usr/bin/python3', 'app.py'], cwd: import.meta.dirname }),
  operations: { getOrCreate: operation({ arguments: [fc.constantFrom('red', 'blue')] }) },
  expected: { 'read committed': 'holds', 'repeatable read': 'violated' },
});
