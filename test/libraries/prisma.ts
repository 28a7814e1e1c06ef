import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../end-to-end/libraries/prisma/generated/client.ts';
import type { Library } from './library.ts';

const connectionString = 'postgres://app:secret@db.example.invalid:5432/app';
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
const where = { name: 'alice' };

export const library: Library = {
  name: '@prisma/client',
  shown: 'with @prisma/adapter-pg: interactive transactions, increment',
  faulty: (amount) =>
    prisma.$transaction(async (tx) => {
      const balance = (await tx.account.findUniqueOrThrow({ where })).balance + amount;
      await tx.account.update({ where, data: { balance } });
      return balance;
    }),
  mended: async (amount) => {
    const { balance } = await prisma.account.update({ where, data: { balance: { increment: amount } } });
    return balance;
  },
  trouble: '`prisma generate` works without its engine: `PRISMA_SCHEMA_ENGINE_BINARY=/usr/bin/true`.',
};
