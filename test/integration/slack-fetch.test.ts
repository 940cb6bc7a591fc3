import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { fetchLean } from '../../adapters/slack/fetch.ts';

const POST = {
  method: 'POST',
  body: 'a=b',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
};

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}

describe('how Slack is called', () => {
  const mute = createServer((socket) => socket.on('error', () => undefined));
  const echo = createHttp((request, response) => {
    request.setEncoding('utf8').once('data', (body: string) => {
      const { 'content-type': type, 'accept-encoding': encoding } = request.headers;
      response.writeHead(request.url === '/limited' ? 429 : 200, {
        'retry-after': '7',
        'set-cookie': ['a=1', 'b=2'],
      });
      response.end(JSON.stringify({ body, type, encoding }));
    });
  });
  afterAll(() => {
    mute.close();
    echo.closeAllConnections();
    echo.close();
  });

  it('takes 5 s at most, also where no connection comes about', { timeout: 20_000 }, async () => {
    const port = await portOf(mute);
    const took = async (url: string) => {
      const began = performance.now();
      await expect(fetchLean(url, POST)).rejects.toThrow('within 5 s');
      return performance.now() - began;
    };
    const all = await Promise.all([
      took(`http://127.0.0.1:${port}/api/x`),
      took(`https://127.0.0.1:${port}/api/x`),
    ]);
    expect(Math.max(...all)).toBeLessThan(6_500);
  });

  it('sends what it is given, and gives back status, headers and text', async () => {
    const port = await portOf(echo);
    const answer = await fetchLean(`http://127.0.0.1:${port}/api/x`, POST);
    expect(await answer.json()).toEqual({
      body: 'a=b',
      type: 'application/x-www-form-urlencoded',
      encoding: 'identity',
    });
    const limited = await fetchLean(`http://127.0.0.1:${port}/limited`, POST);
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.getSetCookie()]).toEqual([
      429,
      '7',
      ['a=1', 'b=2'],
    ]);
  });

  it('is a POST of a text, and nothing else', async () => {
    await expect(fetchLean('http://127.0.0.1:9/', { method: 'GET' })).rejects.toThrow('something else');
    await expect(fetchLean('http://127.0.0.1:9/', { method: 'POST', body: new FormData() })).rejects.toThrow(
      'something else',
    );
  });
});
