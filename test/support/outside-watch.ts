import { once } from 'node:events';
import { createServer } from 'node:http';

/** An outside watch: counts the pings it gets. */
export async function outsideWatch() {
  let pings = 0;
  const server = createServer((request, response) => {
    pings += request.method === 'GET' && request.url === '/ping/secret' ? 1 : 0;
    response.end('OK');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/ping/secret`,
    pings: () => pings,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
