/**
 * A test without an assertion cannot fail: each of ours must make at least one. Properties, and the tests that the
 * documentation shows, assert by throwing.
 */
import { beforeEach, expect } from 'vitest';

beforeEach(({ task }) => {
  if (!/^(?:properties|reports)\//.test(task.file.name)) expect.hasAssertions();
});
