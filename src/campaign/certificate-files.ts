/** Certificates on disk: one file for each model, level and engine, named after them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateText, readCertificate } from '../certify/certificate.ts';
import type { Certificate } from '../core/certificate.ts';
import { Fault, messageOf } from '../core/fault.ts';
import { writeWhole } from './write-whole.ts';

export interface CertificateOnDisk {
  readonly file: string;
  readonly certificate: Certificate;
}

/** @returns the name of the written file. @throws Fault `cannot-write` */
export function writeCertificate(folder: string, certificate: Certificate): string {
  const { model, isolation, driver } = certificate.setting;
  const parts = [model.replaceAll('/', '--'), isolation.replaceAll(' ', '-'), driver];
  const file = join(folder, `${parts.join('--')}.json`);
  writeWhole(file, certificateText(certificate));
  return file;
}

/** @throws Fault `no-certificate` if there is none, `bad-certificate` if a file is none or was changed by hand */
export function certificatesIn(folder: string): readonly CertificateOnDisk[] {
  const names = readNames(folder).filter((name) => name.endsWith('.json'));
  if (names.length === 0) {
    throw new Fault(`there is no certificate in ${folder}`, {
      code: 'no-certificate',
      kind: 'usage',
      hint: 'make them with lockstep certify',
    });
  }
  return names.map((name) => {
    const file = join(folder, name);
    try {
      return { file, certificate: readCertificate(JSON.parse(readFileSync(file, 'utf8'))) };
    } catch (error) {
      const fault = error instanceof Fault ? error : undefined;
      throw new Fault(`cannot use the certificate ${file}`, {
        code: 'bad-certificate',
        kind: 'usage',
        detail: fault?.detail ?? messageOf(error),
        hint: 'make it again with lockstep certify',
      });
    }
  });
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
