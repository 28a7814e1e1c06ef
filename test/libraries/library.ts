/**
 * A library of the qualified list: the same small race in its own words, faulty and mended, as an application would write
 * it. The modules beside this one have an object of their own, with its own pool and connection string, and no line about
 * this package.
 */
import type { Model, Row } from '../../src/index.ts';

/** Reads what is there and writes what follows from it; it is meant to look atomic. Returns what its caller sees. */
export type Code = (amount: number, app: any) => Promise<unknown>;

export interface Library {
  /** As npm calls it. */
  readonly name: string;
  /** What of the library was tried, in a few words. */
  readonly shown: string;
  /** Prepares the library, as an application does when it starts. What it returns is given to the code. */
  readonly setup?: () => Promise<unknown>;
  readonly teardown?: (app: any) => Promise<unknown>;
  /** Default: a table of accounts, in which alice has 10. */
  readonly schema?: string;
  readonly rows?: Readonly<Record<string, readonly Row[]>>;
  /** Answers that turn a caller away, as the library means it. */
  readonly refusal?: Model['refusal'];
  readonly faulty: Code;
  readonly mended: Code;
  /** What a user has to know, in a sentence. */
  readonly trouble?: string;
}
