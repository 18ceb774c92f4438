/** Bare Fastify that checks the body and writes an answer by schema, and does nothing between: the floor of `stages`. */
import Fastify from 'fastify';

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const schema = {
  body: { type: 'object', required: ['classId', 'residentId'], properties: { classId: uuid, residentId: uuid } },
  response: { 201: { type: 'object', properties: { classId: uuid, residentId: uuid, state: text, sentence: text } } },
};

const app = Fastify({ keepAliveTimeout: 72_000 });
app.post('/echo', { schema }, async ({ body }, reply) =>
  reply.status(201).send({ ...body, state: 'waiting', sentence: '您已进入候补，目前排在第 7 位。有空位时会通知您。' }),
);
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready', address: await app.listen({ port: 0, host: '127.0.0.1' }) });
