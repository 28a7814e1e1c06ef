/** Messages that a client sends by itself. */
import { frame } from './frames.ts';

export function query(text: string): Buffer {
  return frame('Q', text);
}

export function closeStatement(name: string): Buffer {
  return frame('C', Buffer.from('S'), name);
}

export const closePortal: Buffer = frame('C', Buffer.from('P'), '');

export const sync: Buffer = frame('S');

export const flush: Buffer = frame('H');

export function copyFail(reason: string): Buffer {
  return frame('f', reason);
}
