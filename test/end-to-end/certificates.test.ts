/**
 * The committed certificates still say what is true: every mended variant has one at each level where it is to hold,
 * nothing changed that they depend on, and a part of them is searched again. `npm run certify` makes them again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { certificateText, readCertificate } from '../../src/certify/certificate.ts';
import { checkCertificate } from '../../src/certify/check-certificate.ts';
import type { Certificate } from '../../src/core/certificate.ts';
import { isModel } from '../../src/core/define-model.ts';
import { isolationLevels } from '../../src/core/isolation.ts';
import { modelId, type Model } from '../../src/core/model.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const root = new URL('../../', import.meta.url);
const folder = new URL('certificates/', root);
const engine = postgres();
afterAll(() => engine.close());

interface Mended {
  readonly model: Model;
  readonly source: string;
}

const files = readdirSync(new URL('models/', root)).filter((name) => name.endsWith('.ts'));
const mended: readonly Mended[] = (
  await Promise.all(
    files.map(async (name) => {
      const source = new URL(`models/${name}`, root);
      const module = (await import(/* @vite-ignore */ source.href)) as Record<string, unknown>;
      return Object.values(module)
        .filter(isModel)
        .filter(({ kind }) => kind === 'mended')
        .map((model) => ({ model, source: fileURLToPath(source) }));
    }),
  )
).flat();

const texts = new Map(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const),
);
const certificates = [...texts.values()].map((text): Certificate => readCertificate(JSON.parse(text)));

function modelOf({ setting }: Certificate): Mended {
  const found = mended.find(({ model }) => modelId(model) === setting.model);
  if (found === undefined) throw new Error(`there is a certificate of ${setting.model}, and no such model`);
  return found;
}

const title = ({ setting }: Certificate): string => `${setting.model}, ${setting.isolation}`;

test('every mended variant has a certificate at each level where it is to hold', () => {
  const wanted = mended.flatMap(({ model }) =>
    isolationLevels
      .filter((level) => model.expected?.[level] === 'holds')
      .map((level) => `${modelId(model)}, ${level}`),
  );
  expect(wanted.length).toBeGreaterThan(30);
  expect(certificates.map(title).toSorted()).toEqual(wanted.toSorted());
});

test('the files fit their schema, are as they were written, and are small', () => {
  const schema = JSON.parse(readFileSync(new URL('docs/certificate.schema.json', root), 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  for (const text of texts.values()) {
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
    expect(certificateText(JSON.parse(text))).toBe(text);
  }
  const bytes = [...texts.values()].reduce((sum, text) => sum + text.length, 0);
  expect(bytes).toBeLessThan(1_000_000);
});

test.each(certificates.map((certificate) => [title(certificate), certificate] as const))(
  '%s: nothing changed',
  async (_, certificate) => {
    const { model, source } = modelOf(certificate);
    const { changes } = await checkCertificate(model, certificate, { engine, source });
    expect(changes, 'npm run certify makes them again').toEqual([]);
  },
);

describe('searched again: the smallest size of each variant, at one level each', () => {
  const part = mended.flatMap(({ model }, index) => {
    const level = isolationLevels[index % isolationLevels.length];
    return certificates.filter(
      ({ setting }) => setting.model === modelId(model) && setting.isolation === level,
    );
  });

  test.each(part.map((certificate) => [title(certificate), certificate] as const))(
    '%s',
    { timeout: 120_000 },
    async (_, certificate) => {
      const { model, source } = modelOf(certificate);
      const recheck = { sessions: 2, operations: 1 };
      const found = await checkCertificate(model, certificate, { engine, source, recheck });
      expect(found.changes, 'npm run certify makes them again').toEqual([]);
      expect(found.result?.coverage.scenarios).toBe(certificate.covered[0]?.scenarios);
    },
  );
});
