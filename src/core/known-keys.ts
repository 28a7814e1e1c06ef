/** An unknown key is a slip of the keyboard: the message names it together with the key that was probably meant. */

/** @returns in words, for a DETAIL: the first unknown key and the nearest known one; undefined if all are known */
export function unknownKey(value: object, known: readonly string[]): string | undefined {
  const key = Object.keys(value).find((each) => !known.includes(each));
  if (key === undefined) return undefined;
  const meant = nearest(key, known);
  const instead = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `${JSON.stringify(key)} is not known; ${instead}`;
}

/** The known word with the fewest letters to change, if these are few. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((each) => [each, distance(word.toLowerCase(), each.toLowerCase())] as const);
  const [closest] = distances.toSorted(([, a], [, b]) => a - b);
  if (closest === undefined) return undefined;
  const [meant, changes] = closest;
  return changes <= Math.max(2, meant.length / 3) ? meant : undefined;
}

/** Levenshtein's: letters to insert, delete or replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of from.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of to.split('').entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
