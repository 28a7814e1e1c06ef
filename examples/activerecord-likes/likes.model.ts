/** `validates :reader, uniqueness: ...` of ActiveRecord, without and with a unique index. */
import fc from 'fast-check';
import { defineModel, operation, processes } from 'pg-lockstep';

const likes = (variant: string, index: string) =>
  defineModel({
    name: 'activerecord-likes',
    variant,
    promise: 'a reader likes a post once',
    schema: `create table posts (id serial primary key);
      create table likes (id bigserial primary key, post_id int not null, reader text not null); ${index}`,
    clients: processes({ command: ['ruby', 'app.rb'], cwd: import.meta.dirname }),
    operations: { like: operation({ arguments: [fc.constantFrom('ann', 'bob')] }) },
  });

export const reported = likes('reported', '');
export const mended = likes('mended', 'create unique index on likes (post_id, reader)');
