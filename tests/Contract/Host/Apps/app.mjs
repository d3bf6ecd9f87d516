// The smallest app a sidecar can serve: it answers the start-up calls, its health check, and what it was started with.
import { createServer } from 'node:http';

const answers = {
  '/dapr/config': { entities: [] },
  '/dapr/subscribe': [],
  '/healthz': { ok: true },
  '/environment': process.env,
};

const server = createServer((request, response) => {
  const answer = answers[request.url];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(answer === undefined ? '' : JSON.stringify(answer));
});

server.listen(Number(process.env.APP_PORT), '127.0.0.1', () => console.log(`${process.env.APP_ID} listens`));
process.on('SIGTERM', () => {
  console.log('asked to end');
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
