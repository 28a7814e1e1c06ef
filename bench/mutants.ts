/**
 * Faults of the reduction, each as an edit of one file: an old and a new text. `bench/mutate-reduction.ts`
 * makes them one by one in a copy and runs the tests on it.
 */
export interface Mutant {
  /** The fault in words. */
  readonly what: string;
  /** Below `src/`. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly old: string;
  readonly new: string;
  /** Why the tests need not find it: the mutant is as sound as the original. */
  readonly harmless?: string;
}

const inFile = (file: string, mutants: readonly Omit<Mutant, 'file'>[]): readonly Mutant[] =>
  mutants.map((mutant) => ({ ...mutant, file }));

export const mutants: readonly Mutant[] = [
  ...inFile('footprint/advisory.ts', [
    { what: "a session's lock ends with the transaction", old: "scope: what === 'xact_lock' ? 'transaction' : 'session'", new: "scope: 'transaction'" },
    { what: "a transaction's lock outlives it", old: "scope: what === 'xact_lock' ? 'transaction' : 'session'", new: "scope: 'session'" },
    { what: 'a key out of a row is taken for a constant', old: 'key: constantKey.test(given) ? given : undefined', new: 'key: given' },
    { what: 'every key is one', old: "`advisory ${key ?? ''}`", new: "'advisory all'" },
    { what: 'a try waits', old: "(tries === undefined ? 'take' : 'try')", new: "'take'" },
    { what: 'giving back is taking', old: "what === 'unlock' ? 'give' : undefined", new: 'undefined' },
    { what: 'giving all back is giving one back', old: "what === 'unlock_all' ? 'give all' : what === 'unlock'", new: "what === 'unlock_all' || what === 'unlock'" },
    { what: 'what may not have run has run', old: "if (!certain || reply?.kind !== 'rows') return false;", new: "if (reply?.kind !== 'rows') return false;" },
    { what: 'a refused try holds the lock', old: ' && reply.rows[0]?.[0] === true', new: '' },
    { what: 'every lock keeps every other out', old: 'holder.key !== undefined && holder.key === waiter.key && !(', new: '!(' },
  ]),
  ...inFile('footprint/holding.ts', [
    { what: 'only the transaction is asked who took the lock', old: 'waiter.touched.advisory.length > 0;\n  const held', new: 'false;\n  const held' },
    { what: 'what is not known gives nothing back', old: 'if (touched.opaque) [this.#byTransaction, this.#bySession] = [false, 0];', new: '' },
    { what: 'a savepoint gives nothing back', old: 'if (each.endsPart) this.#byTransaction = false;', new: '' },
    { what: 'the end of a transaction gives nothing back', old: 'if (each.endsTransaction) this.#byTransaction = false;', new: '' },
    { what: 'giving one back is not seen', old: 'Math.max(0, this.#bySession - 1)', new: 'this.#bySession' },
    { what: 'giving all back is not seen', old: "if (request.kind === 'give all') this.#bySession = 0;", new: "if (request.kind === 'give all') return;" },
    { what: 'what is not known takes nothing', old: 'if (opaque) return true;', new: 'if (opaque) return false;' },
    { what: 'a waiter comes only before what may have taken the lock', old: 'return held.certainly ? taking : [...taking, first];', new: 'return taking;' },
    { what: 'no waiter comes before what took the lock', old: 'if (!held.certainly && mayTake(locks, each, waiter)) taking.push(place);', new: '' },
    { what: 'a row counts as locked by a session that wrote anything', old: 'row !== undefined && this.#locks.holds(certain, locks, row)', new: 'row !== undefined' },
  ]),
  ...inFile('footprint/waiting.ts', [
    { what: 'any statement on an advisory lock may be moved', old: "resources.length === 1 && request?.kind === 'take' && request.certain && request.key !== undefined", new: 'resources.length > 0' },
    { what: 'a snapshot counts as taken after the wait', old: "transaction.level !== 'read committed' || ", new: '' },
    { what: 'what runs several plans may be moved', old: ' || touched.plans !== 1', new: '', harmless: 'a plan that reads, locks or writes more than the one row fails another condition, and one that does nothing of it changes nothing' },
    { what: 'NOWAIT and SKIP LOCKED wait', old: "/\\b(?:nowait|skip\\s+locked)\\b/i.test(statement.text) || touched.onConflict", new: 'statement === undefined' },
    { what: 'several rows are as good as one', old: 'return only !== undefined && writes.every(', new: 'return only === undefined || writes.every(' },
    { what: 'moved past what is not known', old: 'if (passed.some((step) => step.opaque)) return false;', new: '' },
    { what: 'moved past what replaces its row', old: 'return leavesRow(universe, each, published);', new: 'return published.length >= 0;' },
    { what: 'moved past others in the queue', old: 'moved = moved.filter((waiter) => !overtakes(waiter));', new: '' },
  ]),
  ...inFile('driver/statement-head.ts', [
    { what: 'COMMIT AND CHAIN ends nothing', old: '(?:\\s+and\\s+(?:no\\s+)?chain)?', new: '' },
  ]),
  ...inFile('engine/transactions.ts', [
    { what: 'BEGIN inside a transaction begins another one', old: "if (kind === 'begin' && this.#open === undefined)", new: "if (kind === 'begin')" },
  ]),
  ...inFile('footprint/sent.ts', [
    { what: 'LOCK TABLE is not held until the end', old: "if (touched.opaque && reply?.kind !== 'error') this.opaque = true;", new: '' },
    { what: 'several statements in one message are the last', old: '/;\\s*\\S/.test(text) ||', new: '' },
    { what: 'rows locked before a savepoint was restored stay locked', old: 'if (endsPart || touched.opaque) this.held = { locks: [], writes: [] };', new: '' },
    { what: 'who goes on when an unlock ends is not seen', old: 'return endsTransaction || endsPart || gives;', new: 'return endsTransaction || endsPart || (gives && false);' },
  ]),
  ...inFile('footprint/observer.ts', [
    { what: 'a commit publishes nothing', old: 'completing.publishes.push(...total.writes);', new: 'completing.publishes.push();' },
    { what: 'the end of a transaction releases no row', old: 'completing.release(total);', new: '' },
    { what: 'the end of a transaction releases nothing unknown', old: 'completing.opaque ||= total.opaque;', new: '' },
    { what: 'deferred keys are not checked', old: 'either.checkKeys(this.#deferred(total));', new: 'either.checkKeys([]);' },
    { what: 'no snapshot is taken', old: 'if (transaction.snapshotAt === step) draft.snapshot = transaction.key;', new: '' },
    { what: 'nothing is read through it later', old: 'this.dependence.readsLater(transaction.key, touched.opaque ? undefined : touched.reads);', new: '' },
    { what: 'what was done after a wait was done before it', old: 'for (const either of new Set([draft, ...(during === undefined ? [] : lettingGo), completing])) {', new: 'for (const either of new Set([draft, ...(during === undefined ? lettingGo : [])])) {' },
    { what: 'the order of rows does not count', old: 'this.dependence.inPlace(touched.unordered);', new: '' },
    { what: 'serializable transactions do not meet', old: 'if (serial) this.dependence.touches(session, touched);', new: '' },
    { what: 'the queue has no order', old: 'return [...takersOf(this.#locks, sent, first, waiter), ...queued];', new: 'return takersOf(this.#locks, sent, first, waiter).concat(queued.slice(0, 0));' },
  ]),
  ...inFile('footprint/dependence.ts', [
    { what: 'what is not known is independent', old: 'a.opaque ||\n      b.opaque ||\n', new: '' },
    { what: 'sequences and advisory locks are nobody\'s', old: 'a.resources.some((resource) => b.resources.some((other) => sameResource(resource, other))) ||\n', new: '' },
    { what: 'claims do not meet', old: 'locks.conflict(a.claims, b.claims) ||\n', new: '' },
    { what: 'claims do not meet releases', old: 'locks.conflict(a.claims, b.releases) ||\n      locks.conflict(a.releases, b.claims) ||\n', new: '' },
    { what: 'a snapshot sees nothing', old: "[...(snapshot?.reads.values() ?? [])].some((set) => this.#universe.affects(write, set))", new: 'false' },
  ]),
  ...inFile('footprint/serializable-meetings.ts', [
    { what: 'nothing dooms a serializable transaction', old: 'snapshot !== undefined ||\n      endsTransaction ||\n', new: '' },
  ]),
  ...inFile('footprint/locks.ts', [
    { what: 'FOR UPDATE lets FOR KEY SHARE pass', old: "update: 'key share',", new: "update: 'share'," },
    { what: 'FOR SHARE lets updates pass', old: "share: 'no key update',", new: "share: 'update'," },
    { what: 'unique keys do not meet', old: 'return unique.some((columns) =>', new: 'return unique.slice(0, 0).some((columns) =>' },
    { what: 'exclusion constraints are none', old: 'if (this.universe.facts.anyRowsConflict.has(a.table)) return true;', new: '' },
    { what: 'a session that holds anything asks for nothing', old: 'return only === undefined || !holds(lock.table, only, lock.strength);', new: 'return only === undefined;' },
    { what: 'a changed key locks no more than another column', old: 'return columns.some((column) => !sameValue(old[column], now[column]));', new: 'return columns.length < 0;' },
  ]),
  ...inFile('footprint/plans.ts', [
    { what: 'what VALUES call is not seen', old: ', ...(printsAllCalls ? [] : callsInText(text))', new: '' },
    { what: 'a row lock in a subquery is certain', old: "(certain && returnsLocked(root))", new: 'certain' },
    { what: 'row locks are not seen', old: "node['Node Type'] === 'LockRows').flatMap((node) => lockedBelow(node, of))", new: 'false).flatMap((node) => lockedBelow(node, of))' },
  ]),
  ...inFile('footprint/function-calls.ts', [
    { what: 'a call under a condition is certain', old: "root['One-Time Filter'] !== undefined || ", new: '' },
  ]),
  ...inFile('footprint/statements.ts', [
    { what: 'a failed statement did nothing', old: 'return reply.sqlstate === transactionIsOver ? nothing : everything;', new: 'return nothing;' },
    { what: 'ON CONFLICT reads nothing', old: 'if (!onConflict) continue;', new: 'if (onConflict || !onConflict) continue;' },
    { what: 'LOCK TABLE and DDL do nothing', old: 'return { ...everything, hasWindow };', new: ';' },
    { what: 'functions do nothing that plans do not show', old: 'else opaque ||= facts.isOpaque(name);', new: '' },
    { what: 'sequences are nobody\'s', old: 'else if (isOfSequence.test(name)) resources.push(sequenceIn(given));', new: 'else if (isOfSequence.test(name)) resources.push();' },
    { what: 'an advisory lock without a name meets no other', old: "(a.endsWith(' ') || b.endsWith(' '))", new: "a === b" },
  ]),
  ...inFile('footprint/universe.ts', [
    { what: 'what a row was before does not count', old: '(before !== undefined && met?.[before] === true) || (', new: '(' },
    { what: 'versions of a row are different rows', old: 'row.parent = a;', new: '' },
  ]),
  ...inFile('strategy/unfolding.ts', [
    { what: 'who was let go is independent of who let him go', old: '!step.ends.includes(first) && ', new: '' },
    { what: 'an answer that does not fit is no contradiction', old: 'contradiction = true;\n      events.push', new: 'contradiction ||= false;\n      events.push' },
    { what: 'what follows from what was let go is not kept in order', old: 'for (const freeing of freedBy[session] ?? []) after(freeing);', new: '' },
    { what: 'a beginning does not go on with who was overtaken', old: 'const next = steps[first]?.waits === true ? owner : undefined;', new: 'const next = steps[first]?.waits === true ? undefined : undefined;' },
  ]),
  ...inFile('strategy/reduced.ts', [
    { what: 'a reversal in vain is not noticed', old: '(run !== undefined && this.#inVain(trace, run)) || contradiction;', new: '(run !== undefined && this.#inVain(trace, run) && false) || contradiction;' },
    { what: 'more dependencies change nothing', old: 'if (trace.renewed) this.#review();\n    else contradiction', new: 'contradiction' },
  ]),
  ...inFile('strategy/following.ts', [
    { what: 'a schedule that cannot be followed is no reason to doubt', old: 'this.strayed = true;', new: '' },
  ]),
]; // prettier-ignore

/** The source with the fault in it. Throws if it does not contain the old text exactly once. */
export function applied({ what, file, old, new: replacement }: Mutant, source: string): string {
  const [before, after, ...more] = source.split(old);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file} must contain this exactly once: ${old} (${what})`);
  return before + replacement + after;
}
