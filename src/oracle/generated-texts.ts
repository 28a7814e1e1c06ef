/** Whether two texts look generated: by a sequence that was moved between the two executions, or by chance. */

/** Whether the second number is as far from the first as some sequence was moved, or a multiple of that. */
export function isMoved(one: bigint, two: bigint, shifts: readonly bigint[]): boolean {
  const by = two - one;
  return by !== 0n && shifts.some((shift) => shift !== 0n && by % shift === 0n);
}

/** Ids may be written in base 16 or 36. */
export function isMovedInRadix(one: string, two: string, shifts: readonly bigint[]): boolean {
  return [16, 36].some((radix) => {
    const [a, b] = [numberIn(one, radix), numberIn(two, radix)];
    return a !== undefined && b !== undefined && isMoved(BigInt(a), BigInt(b), shifts);
  });
}

/** Undefined if the number would be written differently. */
function numberIn(text: string, radix: number): number | undefined {
  const number = parseInt(text, radix);
  return Number.isSafeInteger(number) && number.toString(radix) === text.toLowerCase() ? number : undefined;
}

/** Two dictionary words (`open` and `closed`) are a choice that the code made, not a name. */
export function areRandom(one: string, two: string): boolean {
  const random = [one, two].filter(looksRandom).length;
  // One of two short random words may happen to have only letters.
  return random === 2 || (random === 1 && Math.min(one.length, two.length) >= 6);
}

function looksRandom(text: string): boolean {
  const digits = /\d/.test(text);
  const letters = /[A-Za-z]/.test(text);
  return (
    (digits && letters && text.length >= 4) ||
    (letters && text.length >= 16) ||
    (/[a-z]/.test(text) && /[A-Z]/.test(text) && text.length >= 8)
  );
}
