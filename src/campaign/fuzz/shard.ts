/** A shard is one of several equal parts of a campaign, so that machines share it without talking to each other. */
import { Fault } from '../../core/fault.ts';

export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export const wholeCampaign: Shard = { number: 1, of: 1 };

/** @throws Fault `bad-option` if it is not like `3/8` */
export function readShard(value: unknown, name: string): Shard {
  const [, number, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(String(value)) ?? []).map(Number);
  if (number !== undefined && of !== undefined && number >= 1 && number <= of) return { number, of };
  throw new Fault(`${name} takes a shard such as 3/8, not "${String(value)}"`, {
    code: 'bad-option',
    kind: 'usage',
  });
}

export function shardText({ number, of }: Shard): string {
  return `${number}/${of}`;
}
