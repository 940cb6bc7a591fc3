import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startTcpProxy } from '../chaos/rig/tcp-proxy.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** A server that says each thing back with its name before it, and a proxy to it. */
async function throughProxy() {
  const first = await echo('a');
  const proxy = await startTcpProxy(first);
  stops.push(proxy.stop);
  return proxy;
}

async function echo(name: string): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.write(`${name}:${chunk.toString()}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function client(port: number) {
  const socket = connect(port, '127.0.0.1');
  const heard: string[] = [];
  let trouble: string | null = null;
  socket.setNoDelay(true).on('data', (chunk) => heard.push(chunk.toString()));
  socket.on('error', (error) => {
    trouble = 'code' in error ? String(error.code) : error.message;
  });
  await once(socket, 'connect');
  stops.push(() => Promise.resolve(void socket.destroy()));
  const asks = async (text: string, withinMs: number) => {
    const before = heard.join('').length;
    const began = performance.now();
    socket.write(text);
    while (performance.now() - began < withinMs) {
      if (heard.join('').slice(before).includes(text)) return Math.round(performance.now() - began);
      await sleep(5);
    }
    return null;
  };
  return { asks, heard: () => heard.join(''), trouble: () => trouble, isClosed: () => socket.destroyed };
}

describe('a way to a server', () => {
  it('cuts what stands, and lets the next one through', async () => {
    const proxy = await throughProxy();
    const before = await client(proxy.port);
    expect(await before.asks('hello', 2_000)).not.toBeNull();
    expect(proxy.cut()).toBe(1);
    await sleep(50);
    expect(before.trouble()).toBe('ECONNRESET');
    const after = await client(proxy.port);
    expect(await after.asks('hello', 2_000)).not.toBeNull();
  });

  it('slows each message both ways, keeps their order, and throttles', async () => {
    const proxy = await throughProxy();
    const one = await client(proxy.port);
    proxy.slow(150, 1_000_000);
    const took = await one.asks('far', 5_000);
    expect(took).toBeGreaterThanOrEqual(295);
    for (const text of ['1', '2', '3', '4']) void one.asks(text, 0);
    await sleep(500);
    expect(one.heard().replaceAll('a:', '')).toBe('far1234');
    proxy.slow(0, 10_000);
    expect(await one.asks('x'.repeat(3_000), 5_000)).toBeGreaterThanOrEqual(550);
    proxy.open();
    expect(await one.asks('near', 2_000)).toBeLessThan(100);
  });

  it('swallows all in a hole, and lets it go on', async () => {
    const proxy = await throughProxy();
    const old = await client(proxy.port);
    proxy.hole();
    const young = await client(proxy.port);
    expect(await Promise.all([old.asks('old', 300), young.asks('young', 300)])).toEqual([null, null]);
    expect([old.isClosed(), young.isClosed()]).toEqual([false, false]);
    proxy.open();
    await sleep(100);
    expect([old.heard(), young.heard()]).toEqual(['a:old', 'a:young']);
  });

  it('forgets what stood in a hole: it hangs for ever, and a new one doesn’t', async () => {
    const proxy = await throughProxy();
    const old = await client(proxy.port);
    proxy.hole();
    proxy.open('forgotten');
    expect(await old.asks('anybody?', 300)).toBeNull();
    expect([old.isClosed(), old.trouble()]).toEqual([false, null]);
    const young = await client(proxy.port);
    expect(await young.asks('hello', 2_000)).not.toBeNull();
  });

  it('leads elsewhere when it is aimed there, and resets who comes while nobody is there', async () => {
    const proxy = await throughProxy();
    const old = await client(proxy.port);
    await old.asks('hello', 2_000);
    proxy.aim(await echo('b'));
    const young = await client(proxy.port);
    await Promise.all([old.asks('again', 2_000), young.asks('again', 2_000)]);
    expect([old.heard(), young.heard()]).toEqual(['a:helloa:again', 'b:again']);
    proxy.aim(1);
    const lost = await client(proxy.port);
    await sleep(100);
    expect(lost.isClosed()).toBe(true);
  });
});
