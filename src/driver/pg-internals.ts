/** The parts of `pg`'s client that its types leave out. */
import type { Duplex } from 'node:stream';
import type pg from 'pg';

export type Callback = (error: Error | undefined, result?: unknown) => void;
export type QueryInput = string | (pg.QueryConfig & { readonly callback?: Callback });

export interface Internals {
  readonly connection: {
    parsedStatements: Record<string, string>;
    readonly stream: Duplex;
    sync(): void;
    close(what: { readonly type: 'P'; readonly name?: string }): void;
    on(event: string, listener: (message: any) => void): void;
  };
  getTransactionStatus(): 'I' | 'T' | 'E' | null;
}
