/**
 * Metadata with a history, after bluesky/tiled. PATCH reads a node's metadata, applies a JSON patch in
 * memory and calls `replace_metadata`, which files the old metadata under `max(revision_number) + 1` and
 * writes the new one.
 *
 * Two races: two patches may take the same revision number, and a patch made from old metadata undoes the
 * one that came between. Fixes inside `replace_metadata` prevent the first and leave the second.
 */
import fc from 'fast-check';
import { defineModel, operation, type Operation, type Session } from 'pg-lockstep';
import { holdsEverywhere, violatedEverywhere } from './support/expected.ts';
import { inTransaction, type Queryable } from './support/transaction.ts';
import type { Variant } from './support/variant.ts';

type Metadata = Readonly<Record<string, number>>;

function applyPatch(metadata: Metadata, key: string, value: number): Metadata {
  return { ...metadata, [key]: value };
}

async function readMetadata(db: Queryable): Promise<Metadata> {
  const { rows } = await db.query('select metadata from nodes where id = 1');
  return rows[0].metadata;
}

async function lockMetadata(db: Queryable): Promise<Metadata> {
  const { rows } = await db.query('select metadata from nodes where id = 1 for update');
  return rows[0].metadata;
}

async function latestRevision(db: Queryable): Promise<number> {
  const { rows } = await db.query(
    'select coalesce(max(revision_number), 0) as latest from revisions where node_id = 1',
  );
  return rows[0].latest;
}

/** Files `before` as the next revision, makes `after` the node's metadata, and returns the number. */
async function fileRevision(db: Queryable, before: Metadata, after: Metadata): Promise<number> {
  const number = (await latestRevision(db)) + 1;
  await db.query('insert into revisions (node_id, revision_number, metadata) values (1, $1, $2)', [
    number,
    before,
  ]);
  await db.query('update nodes set metadata = $1 where id = 1', [after]);
  return number;
}

function replaceMetadata({ client }: Session, after: Metadata): Promise<number> {
  return inTransaction(client, 'begin', async () => fileRevision(client, await readMetadata(client), after));
}

function replaceMetadataLocked({ client }: Session, after: Metadata): Promise<number> {
  return inTransaction(client, 'begin', async () => fileRevision(client, await lockMetadata(client), after));
}

type Replace = (session: Session, after: Metadata) => Promise<number>;
type Patch = (session: Session, key: string, value: number) => Promise<unknown>;

/** The API layer: reads, patches in memory, and hands the whole metadata to `replace_metadata`. */
function readThenReplace(replace: Replace): Patch {
  return async (session, key, value) => {
    const patched = applyPatch(await readMetadata(session.client), key, value);
    await replace(session, patched);
    return patched;
  };
}

const patchInOneTransaction: Patch = ({ client }, key, value) =>
  inTransaction(client, 'begin', async () => {
    const metadata = await lockMetadata(client);
    const patched = applyPatch(metadata, key, value);
    await fileRevision(client, metadata, patched);
    return patched;
  });

/** A session is an HTTP client that remembers the ETag of its last GET or PATCH. The ETag is the revision. */
interface Browser {
  etag: number | null;
}

type PatchIfMatch = (
  session: Session,
  ifMatch: number,
  key: string,
  value: number,
) => Promise<{ readonly status: 200; readonly etag: number } | { readonly status: 412 }>;

const checkInTransaction: PatchIfMatch = ({ client }, ifMatch, key, value) =>
  inTransaction(client, 'begin', async () => {
    const metadata = await lockMetadata(client);
    if ((await latestRevision(client)) !== ifMatch) return { status: 412 };
    const etag = await fileRevision(client, metadata, applyPatch(metadata, key, value));
    return { status: 200, etag };
  });

const checkThenReplace: PatchIfMatch = async (session, ifMatch, key, value) => {
  const { metadata, etag } = await readNode(session.client);
  if (etag !== ifMatch) return { status: 412 };
  return { status: 200, etag: await replaceMetadata(session, applyPatch(metadata, key, value)) };
};

/** Metadata and revision in one statement, so that they belong together. */
async function readNode(db: Queryable): Promise<{ metadata: Metadata; etag: number }> {
  const { rows } = await db.query(
    `select metadata,
            (select coalesce(max(revision_number), 0) from revisions where node_id = nodes.id) as etag
     from nodes where id = 1`,
  );
  return rows[0];
}

const get = operation({
  run: async ({ client, memory }: Session<Browser>) => {
    const { metadata, etag } = await readNode(client);
    memory.etag = etag;
    return { metadata, etag };
  },
});

/** PATCH with If-Match. Without an earlier GET there is no ETag to send: 428 Precondition Required. */
function patchIfMatch(patch: PatchIfMatch) {
  return async (session: Session<Browser>, key: string, value: number) => {
    if (session.memory.etag === null) return { status: 428 };
    const answer = await patch(session, session.memory.etag, key, value);
    if (answer.status === 200) session.memory.etag = answer.etag;
    return answer;
  };
}

const schema = `
  create table nodes (id integer primary key, metadata jsonb not null);
  create table revisions (
    id integer generated by default as identity primary key,
    node_id integer not null references nodes,
    revision_number integer not null,
    metadata jsonb not null
  );`;
const uniqueNumbers = 'alter table revisions add unique (node_id, revision_number);';

const keyAndValue: [fc.Arbitrary<string>, fc.Arbitrary<number>] = [
  fc.constantFrom('color', 'size'),
  fc.integer({ min: 1, max: 3 }),
];

function revisionHistory(
  operations: Record<string, Operation>,
  variant: Variant & { readonly schema?: string },
) {
  return defineModel<Browser>({
    name: 'revision-history',
    promise: 'no patch is lost and every revision has a number of its own',
    schema,
    rows: { nodes: [{ id: 1, metadata: { color: 0, size: 0 } }], revisions: [] },
    memory: () => ({ etag: null }),
    operations,
    ...variant,
  });
}

const patchWith = (run: Patch) => ({ patch: operation({ arguments: keyAndValue, run }) });

const getAndPatchWith = (patch: PatchIfMatch) => ({
  get,
  patch: operation({ arguments: keyAndValue, run: patchIfMatch(patch) }),
});

export const noConstraint = revisionHistory(patchWith(readThenReplace(replaceMetadata)), {
  variant: 'no-constraint',
  kind: 'reported',
  description: 'read, patch in memory, then replace_metadata in a transaction of its own',
  expected: violatedEverywhere,
});

export const uniqueConstraint = revisionHistory(patchWith(readThenReplace(replaceMetadata)), {
  variant: 'unique-constraint',
  kind: 'tempting',
  description: 'as reported, with unique revision numbers: a 500 instead of a duplicate, patches still lost',
  schema: schema + uniqueNumbers,
  expected: violatedEverywhere,
});

export const lockInReplace = revisionHistory(patchWith(readThenReplace(replaceMetadataLocked)), {
  variant: 'lock-in-replace',
  kind: 'tempting',
  description: 'FOR UPDATE inside replace_metadata: the numbers are right, patches are still lost',
  schema: schema + uniqueNumbers,
  expected: violatedEverywhere,
});

export const etagCheckedFirst = revisionHistory(getAndPatchWith(checkThenReplace), {
  variant: 'etag-checked-first',
  kind: 'tempting',
  description: 'If-Match is compared first, then replace_metadata writes in a transaction of its own',
  expected: violatedEverywhere,
});

export const lockReadPatchWrite = revisionHistory(patchWith(patchInOneTransaction), {
  variant: 'lock-read-patch-write',
  kind: 'mended',
  description: 'lock, read, patch and write in one transaction',
  expected: holdsEverywhere,
});

export const etagCheckedInTransaction = revisionHistory(getAndPatchWith(checkInTransaction), {
  variant: 'etag-checked-in-transaction',
  kind: 'mended',
  description: 'If-Match is compared in the transaction that writes, on the locked row; a mismatch is a 412',
  expected: holdsEverywhere,
});
