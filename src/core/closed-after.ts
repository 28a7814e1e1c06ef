/** Runs code, then closes what it used. Of two errors the first counts, since the second most likely follows from it. */
export async function closedAfter<T>(
  used: { readonly close: () => Promise<void> },
  code: () => Promise<T>,
): Promise<T> {
  const result = await code().catch(async (error: unknown) => {
    await used.close().catch(() => {});
    throw error;
  });
  await used.close();
  return result;
}
