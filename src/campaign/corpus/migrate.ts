/**
 * Rewrites the races of a corpus for code whose names changed: a model or an operation that is called otherwise now is the
 * same code, and its races stay the same races. Files that were moved or edited go where they belong.
 */
import { formatReplayLine, parseReplayLine } from '../../report/replay-line.ts';
import { listed } from '../../report/text.ts';
import { fileOf, type Corpus } from './corpus.ts';
import type { CorpusEntry } from './entry.ts';
import { idOf } from './identity.ts';
import { joinEntries } from './join-entries.ts';

/** New names by old ones. */
export interface Renames {
  /** `name` or `name/variant`; a name alone stands for all of its variants, too. */
  readonly models: ReadonlyMap<string, string>;
  readonly operations: ReadonlyMap<string, string>;
}

export interface Migrated {
  readonly before: CorpusEntry;
  readonly after: CorpusEntry;
  /** The corpus had that race already: they are one entry now. */
  readonly joined: boolean;
}

/**
 * @returns the entries that changed or moved
 * @throws Fault `cannot-write`; `bad-replay-line` of a race whose scenario has to be rewritten. Then nothing was written
 */
export function migrate(corpus: Corpus, renames: Renames): readonly Migrated[] {
  const moved = corpus.damaged.flatMap(({ file, entry }) => (entry === undefined ? [] : [{ file, entry }]));
  const sources = [
    ...corpus.entries.map((entry) => ({ entry, file: fileOf(corpus.folder, entry) })),
    ...moved,
  ].map((source) => ({ ...source, after: renamed(source.entry, renames) }));
  const isStaying = ({ file, after }: (typeof sources)[number]): boolean =>
    file === fileOf(corpus.folder, after);
  const present = new Map(sources.filter(isStaying).map(({ after }) => [after.id, after]));
  const migrated = sources
    .filter((source) => !isStaying(source))
    .map(({ entry: before, after }): Migrated => {
      const there = present.get(after.id);
      const kept = there === undefined ? after : joinEntries([there, after]);
      present.set(kept.id, kept);
      return { before, after: kept, joined: there !== undefined };
    });
  // The new file is there before the old one goes: a killed command loses nothing.
  for (const { after } of migrated) corpus.update(present.get(after.id) ?? after);
  const needed = new Set([...present.values()].map((entry) => fileOf(corpus.folder, entry)));
  for (const { file } of sources) if (!needed.has(file)) corpus.removeFile(file);
  return migrated;
}

function renamed(entry: CorpusEntry, { models, operations }: Renames): CorpusEntry {
  const { identity } = entry;
  const model = modelName(identity.model, models);
  const operation = (name: string): string => operations.get(name) ?? name;
  const names = identity.operations.map(operation).toSorted();
  if (model === identity.model && names.join('\n') === identity.operations.join('\n')) return entry;
  const next = { ...identity, model, operations: names };
  const line = parseReplayLine(entry.replay);
  const sessions = line.scenario.sessions.map((calls) =>
    calls.map((call) => ({ ...call, operation: operation(call.operation) })),
  );
  return {
    ...entry,
    id: idOf(next),
    identity: next,
    title: titleOf(entry, names),
    replay: formatReplayLine({ ...line, model }, { ...line.scenario, sessions }, line.schedule),
  };
}

function modelName(id: string, models: Renames['models']): string {
  const whole = models.get(id);
  if (whole !== undefined) return whole;
  const [name = '', ...variant] = id.split('/');
  const other = models.get(name);
  return other === undefined ? id : [other, ...variant].join('/');
}

/** A title ends with the operations; the story stays as it was told. */
function titleOf({ title, identity }: CorpusEntry, names: readonly string[]): string {
  const end = `: ${listed(identity.operations)}`;
  return title.endsWith(end) ? `${title.slice(0, -end.length)}: ${listed(names)}` : title;
}
