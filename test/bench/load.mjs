/**
 * Sends requests as fast as they are answered, so many connections at once and on each the next request after the
 * last answer. It is a process of its own and speaks HTTP over bare sockets, so that it takes as little as possible
 * of the cores that it shares with the server.
 *
 * Takes messages `{ port, connections, requests }`, where requests are whole HTTP requests, and answers each with
 * what came of it. With a `rate`, requests are sent so many a second instead, whether or not those before are answered,
 * and the moment of each answer is told.
 */
import { connect } from 'node:net';

process.on('disconnect', () => process.exit(0));
process.on('message', (order) => {
  rush(order).then(
    (result) => process.send(result),
    (error) => process.send({ error: error.stack }),
  );
});
process.send({ type: 'ready' });

async function rush({ port, connections, requests, rate }) {
  const texts = requests.map((request) => Buffer.from(request));
  const milliseconds = new Float64Array(texts.length);
  const counts = {};
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  let next = 0;
  let lastSeat = 0;
  const answeredAt = [];
  const begin = performance.now();
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve, reject) => {
          let index;
          let asked;
          const ask = () => {
            if (next === texts.length) return resolve();
            index = next++;
            asked = performance.now();
            const due = rate ? begin + (index * 1000) / rate : asked;
            if (due > asked) setTimeout(send, due - asked);
            else send();
          };
          const send = () => {
            asked = performance.now();
            socket.write(texts[index]);
          };
          socket.once('error', reject);
          socket.once('close', () => reject(new Error('The server closed a connection.')));
          onAnswers(socket, (status, body) => {
            const now = performance.now();
            milliseconds[index] = now - asked;
            if (rate) answeredAt.push(performance.timeOrigin + now);
            const state = status < 300 ? /"(?:state|outcome)":"(\w+)"/.exec(body)[1] : `${status} ${body}`;
            counts[state] = (counts[state] ?? 0) + 1;
            if (state === 'enrolled') lastSeat = now;
            ask();
          });
          ask();
        }),
    ),
  );
  const end = performance.now();
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
  milliseconds.sort();
  const percentile = (share) => milliseconds[Math.ceil(share * milliseconds.length) - 1];
  return {
    seconds: (end - begin) / 1000,
    secondsToLastSeat: (lastSeat - begin) / 1000,
    counts,
    answeredAt,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

function open(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Calls back with status and body of each answer; both servers name its length. */
function onAnswers(socket, answered) {
  // One character a byte, so that lengths are those of the wire.
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.latin1Slice();
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /content-length: (\d+)/i.exec(received)?.[1];
    if (length === undefined) throw new Error(`An answer without its length:\n${received}`);
    const end = headEnd + 4 + Number(length);
    if (received.length < end) return;
    const whole = received;
    received = '';
    answered(Number(whole.slice(9, 12)), whole.slice(headEnd + 4, end));
  });
}
