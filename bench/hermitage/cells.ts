/** The anomalies of Hermitage's Postgres page as shapes of evidence, and its published results. */
import type { Phenomenon } from '../../src/explain/phenomena.ts';

export interface Row {
  readonly name: string;
  readonly shows: (phenomenon: Phenomenon) => boolean;
  /** Levels at which it can occur, according to Hermitage. */
  readonly published: readonly string[];
}

const readCommitted = ['read committed'];
const below = ['read committed', 'repeatable read'];

type Edge = Phenomenon['evidence'][number];
const byKey = ({ read }: Edge): boolean => read?.byKey === true;
const plain = ({ read }: Edge): boolean => read?.how === 'snapshot';
/** Read by a statement that writes the rows that it finds. */
const writing = ({ read }: Edge): boolean => read?.how === 'newest';
const of = (kind: Edge['kind'], { evidence }: Phenomenon): readonly Edge[] =>
  evidence.filter((edge) => edge.kind === kind);
/** A cycle of one rw and one wr. */
const skew = (phenomenon: Phenomenon, shape: (missed: Edge, saw: Edge) => boolean): boolean => {
  const [missed, ...more] = of('rw', phenomenon);
  const [saw] = of('wr', phenomenon);
  const alone = more.length === 0 && phenomenon.evidence.length === 2;
  return missed !== undefined && saw !== undefined && alone && shape(missed, saw);
};

export const rows: readonly Row[] = [
  { name: 'G0', shows: ({ code }) => code === 'G0', published: [] },
  { name: 'G1a', shows: ({ code }) => code === 'G1a', published: [] },
  { name: 'G1b', shows: ({ code }) => code === 'G1b', published: [] },
  { name: 'G1c', shows: ({ code }) => code === 'G1c', published: [] },
  { name: 'OTV', shows: ({ code }) => code === 'OTV', published: [] },
  {
    name: 'PMP',
    shows: (each) => each.code === 'PMP' && each.evidence.every(plain),
    published: readCommitted,
  },
  {
    name: 'PMP, write predicate',
    shows: (each) => each.code === 'PMP' && each.evidence.every(writing),
    published: readCommitted,
  },
  { name: 'P4', shows: ({ code }) => code === 'P4', published: readCommitted },
  {
    name: 'G-single',
    shows: (each) =>
      each.code === 'G-single' &&
      skew(each, (missed, saw) => missed.line !== saw.line && byKey(missed) && byKey(saw)),
    published: readCommitted,
  },
  {
    name: 'G-single, predicate',
    shows: (each) =>
      each.code === 'G-single' &&
      skew(each, (missed, saw) => [missed, saw].every((edge) => plain(edge) && !byKey(edge))),
    published: readCommitted,
  },
  {
    name: 'G-single, write predicate',
    shows: (each) =>
      each.code === 'G-single' && skew(each, (missed, saw) => plain(missed) && writing(saw) && !byKey(saw)),
    published: readCommitted,
  },
  {
    name: 'G2-item',
    shows: (each) => each.code === 'G2-item' && each.evidence.length === 2,
    published: below,
  },
  { name: 'G2', shows: (each) => each.code === 'G2' && each.evidence.length === 2, published: below },
  {
    name: 'G2, two edges',
    shows: (each) =>
      each.code.startsWith('G2') &&
      each.evidence.length === 3 &&
      of('rw', each).length === 2 &&
      of('wr', each).length === 1,
    published: below,
  },
];
