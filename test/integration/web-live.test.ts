import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ana, ben } from '../support/fake-console.ts';
import { readEvents } from '../support/read-events.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

let web: WebServer;

beforeEach(async () => {
  web = await startWebServer();
});
afterEach(async () => {
  await web.stop();
});

describe('live', () => {
  const next = async (events: AsyncGenerator<{ event: string; id: string; data: string }>) =>
    (await events.next()).value ?? { event: 'end', id: '', data: '' };

  test('what is posted and drawn again arrives, but never another’s direct message', async () => {
    const rootId = web.fake.furnish();
    const stop = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, stop.signal);
    expect(await next(events)).toMatchObject({ event: 'hello' });
    web.fake.chat.sendText(`dm:${ben.id}`, ben.id, 'for Ben alone');
    await web.say(ben.id, 'for all', { threadId: rootId });
    const { event, data } = await next(events);
    expect(event).toBe('changes');
    expect(data).toContain('for all');
    expect(data).not.toContain('for Ben alone');
    // The root comes along, for its count.
    expect(JSON.parse(data)).toMatchObject({
      messages: [{ threadId: rootId }, { id: rootId, replies: { count: 8 } }],
    });
    stop.abort();
  });

  test('a reader who comes back misses nothing', async () => {
    const stop = new AbortController();
    const before = readEvents(`${web.url}/api/live?as=${ana.id}`, stop.signal);
    const { id } = await next(before);
    stop.abort();
    for (let i = 0; i < 450; i++) web.fake.chat.sendText('care', ben.id, `missed ${i}`);
    const again = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, again.signal, { 'last-event-id': id });
    const texts: string[] = [];
    await next(events);
    while (texts.length < 450) texts.push(...((await next(events)).data.match(/missed \d+/g) ?? []));
    again.abort();
    expect(texts).toEqual(Array.from({ length: 450 }, (_, i) => `missed ${i}`));
  });

  test('nobody listens, nobody polls; two listeners are served by one poll', async () => {
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(600);
    expect(web.fake.chat.polls()).toBe(0);
    const stop = new AbortController();
    for (const as of [ana.id, ben.id]) await next(readEvents(`${web.url}/api/live?as=${as}`, stop.signal));
    await pause(1_100);
    expect(web.fake.chat.polls()).toBeGreaterThanOrEqual(3);
    expect(web.fake.chat.polls()).toBeLessThanOrEqual(5);
    stop.abort();
    await pause(300);
    const rest = web.fake.chat.polls();
    await pause(700);
    expect(web.fake.chat.polls()).toBeLessThanOrEqual(rest + 1);
  });

  test('a failing store is logged once, and the stream goes on when it is back', async () => {
    const stop = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, stop.signal);
    await next(events);
    web.fake.chat.fail(true);
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    web.fake.chat.fail(false);
    web.fake.chat.sendText('care', ben.id, 'back again');
    expect((await next(events)).data).toContain('back again');
    expect(web.logged.filter((line) => line.includes('live updates fail'))).toHaveLength(1);
    stop.abort();
  });

  test('stopping ends the streams at once', async () => {
    const stopping = new AbortController();
    const events = readEvents(`${web.url}/api/live?as=${ana.id}`, stopping.signal);
    await next(events);
    const started = Date.now();
    await web.stop();
    expect((await events.next()).done).toBe(true);
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});
