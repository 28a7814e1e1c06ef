/** Shared memory of System V: it outlives the processes that made it. On Linux; elsewhere none is found. */
import { existsSync, readFileSync } from 'node:fs';

const list = '/proc/sysvipc/shm';

/** Segments of System V shared memory that these processes made and that nobody uses any more. */
export function sharedMemoryOf(pids: ReadonlySet<number>): readonly string[] {
  if (!existsSync(list)) return [];
  const [head = '', ...lines] = readFileSync(list, 'utf8').trim().split('\n');
  const names = head.trim().split(/\s+/);
  const [id, creator] = [names.indexOf('shmid'), names.indexOf('cpid')];
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => pids.has(Number(fields[creator])))
    .map((fields) => `shared memory ${fields[id]} of process ${fields[creator]}`);
}
