/** What a client sends before it waits, as an exchange needs to know it. */

/** What has to be known of what a client sent before it waits. */
export interface RawFacts {
  /**
   * What ends the reply: the server is ready for the next query, or (after a Flush) this number of answers has come. A
   * Flush alone is answered by nothing.
   */
  readonly answers: number | 'ready';
  /** Close messages in it: each is answered by a CloseComplete. */
  readonly closes: number;
  /** Whether it executes all of a portal without a name and then ends with Sync. */
  readonly leavesPortal: boolean;
  /** Whether it holds messages of the extended protocol. */
  readonly extended: boolean;
  /** Whether the end of a COPY is in it, as well as its rows. */
  readonly endsCopy: boolean;
}

export interface RawUnit {
  readonly facts: RawFacts;
  readonly bytes: Buffer;
  /** Prepared statements for each of which a Close and a Parse message were put before it; nobody awaits their answers. */
  readonly parsedBefore: number;
  /** The server asks for rows: what it has said so far. The client's bytes go on by `more`. */
  readonly onCopyIn: (reply: readonly Buffer[]) => void;
}
