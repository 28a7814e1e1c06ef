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

/** At least ten million values, so two draws are hardly ever equal; and a thousandth apart, since a count moves by little. */
export function areScattered(one: string, two: string): boolean {
  const [a, b] = [Number(one), Number(two)];
  return Math.min(one.length, two.length) >= 8 && Math.abs(a - b) * 1_000 > Math.max(a, b);
}

/** Both with more digits than anybody writes down: Math.random has 15 to 18, and fewer than 10 once in a million draws. */
export function areFractions(one: string, two: string): boolean {
  return [one, two].every((text) => /\.\d{10,}/.test(text));
}

/** What may be base 64 or a salted hash (`$2b$10$...`), which have `+`, `/` or `.` in any place. */
export const blob: RegExp = /([A-Za-z0-9+/.]{20,}={0,2})/;

/** `/` and `.` in equal places are the separators of a path, whose parts are names of their own. */
export function areBlobs(one: string, two: string): boolean {
  if (one.length !== two.length || ![one, two].every(isMixed)) return false;
  const padded = one.endsWith('=') && two.endsWith('=') && one.length % 4 === 0;
  const [marks, others] = [one, two].map((text) => text.replace(/[A-Za-z0-9]/g, 'x'));
  return padded || marks !== others;
}

function isMixed(text: string): boolean {
  return /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}
