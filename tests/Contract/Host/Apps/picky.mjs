// Drops every order until it has been mended; tells which orders it took.
import { createServer } from 'node:http';

let mended = false;
const taken = [];

const answers = {
  '/dapr/config': () => ({ entities: [] }),
  '/dapr/subscribe': () => [{ pubsubname: 'pubsub', topic: 'orders', route: '/order', deadLetterTopic: 'orders-dead' }],
  '/healthz': () => ({ ok: true }),
  '/mend': () => ({ mended: (mended = true) }),
  '/taken': () => taken,
  '/order': (body) => {
    if (mended) taken.push(JSON.parse(body));
    return { status: mended ? 'SUCCESS' : 'DROP' };
  },
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const answer = answers[request.url];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(answer === undefined ? '' : JSON.stringify(answer(body)));
});

server.listen(Number(process.env.APP_PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
