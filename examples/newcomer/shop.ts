/** A shop's stock, as its server calls it. */
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core';

const products = pgTable('products', { name: text().primaryKey(), stock: integer().notNull() });
const orders = pgTable('orders', { id: serial().primaryKey(), product: text(), quantity: integer() });
const db = drizzle(process.env['DATABASE_URL'] ?? 'postgres://shop:secret@db.example.invalid:5432/shop');

export function buy(name: string, quantity: number): Promise<'bought' | 'sold out'> {
  return db.transaction(async (tx) => {
    const [product] = await tx.select().from(products).where(eq(products.name, name));
    if (product === undefined || product.stock < quantity) return 'sold out';
    const stock = product.stock - quantity;
    await tx.update(products).set({ stock }).where(eq(products.name, name));
    await tx.insert(orders).values({ product: name, quantity });
    return 'bought';
  });
}
