/** The settings with which a client connects, as a server takes them. */
import { expect, test } from 'vitest';
import { startupSettings } from '../../../src/source/session-state.ts';

test.each([
  [{ options: '-c search_path=a --work-mem=1MB', DateStyle: 'ISO' }, [['search_path', 'a'], ['work_mem', '1MB'], ['DateStyle', 'ISO']]],
  [{ options: "-c search_path=a\\ b" }, [['search_path', 'a b']]],
  [{ DateStyle: 'ISO', options: '-c datestyle=German -c search_path=a' }, [['DateStyle', 'ISO'], ['search_path', 'a']]],
  // lib/pq asks for UTF8 whatever its options are.
  [{ client_encoding: 'UTF8', options: '-c client_encoding=SQL_ASCII' }, []],
  [{ user: 'u', application_name: 'x', options: '-c statement_timeout=1' }, [['application_name', 'x']]],
] as const)('%j', (startup, settings) => expect(startupSettings(startup)).toEqual(settings)); // prettier-ignore
