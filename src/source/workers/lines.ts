/** Cuts what a program writes into lines. */

/** Bytes of the longest line that is accepted; a result that is larger is none to compare. */
export const longestLine: number = 16 * 1_024 * 1_024;

export class LineReader {
  #rest: Buffer[] = [];
  #size = 0;

  /** The lines that this chunk completes; undefined if a line is too long. */
  read(chunk: Buffer): string[] | undefined {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      lines.push(Buffer.concat([...this.#rest, chunk.subarray(from, at)]).toString());
      this.#rest = [];
      this.#size = 0;
      from = at + 1;
    }
    if (from < chunk.length) {
      this.#rest.push(chunk.subarray(from));
      this.#size += chunk.length - from;
    }
    return this.#size > longestLine ? undefined : lines;
  }
}
