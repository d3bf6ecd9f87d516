// Refuses every order, always; tells how often it was asked.
import { createServer } from 'node:http';

let asked = 0;

const server = createServer((request, response) => {
  request.resume();
  const answers = {
    '/dapr/config': { entities: [] },
    '/dapr/subscribe': [{ pubsubname: 'pubsub', topic: 'orders', route: '/order' }],
    '/healthz': { ok: true },
    '/asked': { asked },
  };
  if (request.url === '/order') asked++;
  const answer = answers[request.url];
  response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
  response.end(answer === undefined ? '' : JSON.stringify(answer));
});

server.listen(Number(process.env.APP_PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
