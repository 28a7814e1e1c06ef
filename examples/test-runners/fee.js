/** What the bank keeps of a deposit. Tests replace it. */
export function feeOf(amount) {
  return amount > 1000 ? 1 : 0;
}
