import type { Command } from '../command.ts';
export async function mainJob(_: Command): Promise<number> {
  return 0;
}
