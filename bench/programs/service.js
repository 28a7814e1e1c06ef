/** The operation of six-steps.js as an HTTP service. */
import http from 'node:http';
import pg from 'pg';

const statement = 'update counters set value = value + 1 where id = $1';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

async function countThree(request) {
  let text = '';
  for await (const part of request) text += part;
  if (text === '') return;
  const { first } = JSON.parse(text);
  for (let id = first; id < first + 3; id += 1) await pool.query(statement, [id]);
}

const server = http.createServer((request, response) => {
  void countThree(request).then(() => response.end());
});
server.listen(Number(process.env.PORT), '127.0.0.1');
