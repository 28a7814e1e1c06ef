/** A deposit as an HTTP service. */
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

async function deposit(request) {
  let text = '';
  for await (const part of request) text += part;
  if (text === '') return;
  const { amount, lock } = JSON.parse(text);
  const client = await pool.connect();
  await client.query('begin');
  const { rows } = await client.query(`select balance from account where id = 1 ${lock}`);
  await client.query('update account set balance = $1 where id = 1', [rows[0].balance + amount]);
  await client.query('commit');
  client.release();
}

const server = http.createServer((request, response) => {
  void deposit(request).then(() => response.end());
});
server.listen(Number(process.env.PORT), '127.0.0.1');
