/** A test without an assertion cannot fail: each must make at least one. Properties assert by throwing. */
import { beforeEach, expect } from 'vitest';

beforeEach(({ task }) => {
  if (!task.file.filepath.includes('/properties/')) expect.hasAssertions();
});
