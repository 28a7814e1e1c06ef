/** A small bank as a web application: a pool in the module, routes that anybody may call at once. */
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const lock = process.env.LOCK === '1' ? 'for update' : '';

async function inTransaction(work) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

const routes = {
  'GET /health': async () => ({ status: 200, body: { ok: true } }),
  /** Pays out if the account has enough. */
  'POST /withdraw': ({ amount }) =>
    inTransaction(async (client) => {
      const { rows } = await client.query(`select balance from accounts where id = 1 ${lock}`);
      if (rows[0].balance < amount) return { status: 409, body: { error: 'not enough' } };
      await client.query('update accounts set balance = balance - $1 where id = 1', [amount]);
      return { status: 200, body: { paid: amount } };
    }),
  /** Closes the account if nothing is left on it. */
  'POST /close': () =>
    inTransaction(async (client) => {
      const { rows } = await client.query(`select balance from accounts where id = 1 ${lock}`);
      if (rows[0].balance > 0) return { status: 409, body: { error: 'money is left' } };
      await client.query('update accounts set closed = true where id = 1');
      return { status: 200, body: { closed: true } };
    }),
  'POST /deposit': ({ amount }) =>
    inTransaction(async (client) => {
      const { rows } = await client.query(`select closed from accounts where id = 1 ${lock}`);
      if (rows[0].closed) return { status: 409, body: { error: 'closed' } };
      await client.query('update accounts set balance = balance + $1 where id = 1', [amount]);
      return { status: 200, body: { taken: amount } };
    }),
};

async function answerTo(request) {
  let text = '';
  for await (const part of request) text += part;
  const route = routes[`${request.method} ${request.url}`];
  if (route === undefined) return { status: 404, body: { error: 'no such route' } };
  try {
    return await route(text === '' ? {} : JSON.parse(text));
  } catch (error) {
    console.error(error);
    return { status: error.code === '40001' ? 503 : 500, body: { error: error.code } };
  }
}

const server = http.createServer((request, response) => {
  void answerTo(request).then(({ status, body }) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
