/**
 * Enrollment as a good engineer would write it in an hour: bare Fastify and pg, the body checked and the answer
 * written by schema, one call of a prepared statement a request. No sign-in, no rules, no outbox, no audit.
 */
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL) });
// Its connections stand before the first request comes.
const connections = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
for (const connection of connections) connection.release();

const uuid = { type: 'string', format: 'uuid' };
const enrollment = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    class_id: uuid,
    resident_id: uuid,
    state: { type: 'string' },
    number: { type: 'integer', nullable: true },
  },
};
const schema = {
  body: { type: 'object', required: ['classId', 'residentId'], properties: { classId: uuid, residentId: uuid } },
  response: { 201: enrollment },
};

const app = Fastify({ keepAliveTimeout: 72_000 });
app.post('/enrollments', { schema }, async ({ body }, reply) => {
  const { rows } = await pool.query({
    name: 'enroll',
    text: 'select * from enroll($1, $2)',
    values: [body.classId, body.residentId],
  });
  if (rows.length === 0) return reply.status(404).send();
  return reply.status(201).send(rows[0]);
});
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready', address: await app.listen({ port: 0, host: '127.0.0.1' }) });
