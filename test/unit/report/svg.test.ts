import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { formatSvg } from '../../../src/report/svg/picture.ts';
import { story } from './every-kind.ts';
import { hostileCounterexample } from './hostile.ts';
import { stories } from './stories.ts';

const wellFormed = async (contents: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({ xml: { fileName: 'race.svg', contents }, schema: anything });
  return errors.map(({ message }) => message);
};
const anything =
  '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2000/svg"><xs:element name="svg" type="xs:anyType"/></xs:schema>';

test('reads as agreed', async () => {
  await expect(formatSvg(story('lost-update'))).toMatchFileSnapshot('./__golden__/lost-update.svg.txt');
});

test.each([...Object.entries(stories), ['hostile', hostileCounterexample] as const])(
  '%s: well-formed, self-contained, without script',
  async (_, counterexample) => {
    const text = formatSvg(counterexample);
    expect(await wellFormed(text)).toEqual([]);
    const tags = new Set([...text.matchAll(/<([a-zA-Z]+)/g)].map(([, tag]) => tag));
    for (const tag of tags)
      expect(['svg', 'title', 'defs', 'pattern', 'rect', 'g', 'text', 'path']).toContain(tag);
    expect(text).not.toMatch(/<[^>]*\b(?:on\w+|href|style)=/);
  },
);

test('nothing stands outside of the picture', () => {
  for (const counterexample of [...Object.values(stories), hostileCounterexample]) {
    const text = formatSvg(counterexample);
    const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(text) ?? []).map(Number);
    for (const [, x, y, attributes = ''] of text.matchAll(/<text x="([\d.]+)" y="([\d.]+)"([^>]*)>/g)) {
      const long = Number(/textLength="([\d.]+)"/.exec(attributes)?.[1] ?? 0);
      expect(Number(x) + long).toBeLessThanOrEqual(width);
      expect(Number(y)).toBeLessThan(height);
    }
  }
});

test('a session that waits is shown to wait from its statement until it is unblocked', () => {
  const spans = formatSvg(story('abort')).match(/<rect [^>]*url\(#waits\)/g) ?? [];
  expect(spans).toHaveLength(1);
  expect(formatSvg(story('lost-update-returned'))).not.toContain('url(#waits)');
});
