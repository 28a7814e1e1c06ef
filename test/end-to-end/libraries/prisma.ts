import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import type { Library } from './library.ts';
import { PrismaClient, type Prisma } from './prisma/generated/client.ts';

async function inTransaction<T>(pool: Pool, work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  try {
    return await prisma.$transaction(work);
  } finally {
    await prisma.$disconnect();
  }
}

const alice = { where: { name: 'alice' } };

export const prisma: Library = {
  name: 'prisma',
  lostUpdate: (pool, amount) =>
    inTransaction(pool, async (tx) => {
      const balance = (await tx.account.findUniqueOrThrow(alice)).balance + amount;
      await tx.account.update({ ...alice, data: { balance } });
      return balance;
    }),
  locked: (pool, amount) =>
    inTransaction(pool, async (tx) => {
      await tx.$queryRaw`select 1 as one from accounts where name = 'alice' for update`;
      const balance = (await tx.account.findUniqueOrThrow(alice)).balance + amount;
      await tx.account.update({ ...alice, data: { balance } });
      return balance;
    }),
};
