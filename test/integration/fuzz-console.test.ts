import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ActionId } from '../../src/conversation/card.ts';
import { FormId } from '../../src/conversation/form.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { enginesToTest, freshDatabase, startPostgres } from '../support/engines.ts';
import { anyJson, mutated, oddKeys, oddText, oddValue, runs } from '../support/fuzz.ts';
import { rowFaults, rowsOf } from '../support/fuzz-rows.ts';
import { runningKept } from '../support/running-kept.ts';

vi.setConfig({ testTimeout: 120_000 + runs(300_000) });

const FIELDS =
  'customer title stakes happened deadline severity owner action followUp proof reason to need by options option member leadId money days country currency zone quietFrom homeChannel held'.split(
    ' ',
  );
/** What a form is answered with that was carried out; typed words are never `text`. */
const DONE = /"kind":"done"|"t":"text","text":"Saved\./u;
const here = describe.runIf((await enginesToTest()).includes('postgres'));

here('whatever comes to a running Kept’s console', () => {
  let kept: Awaited<ReturnType<typeof runningKept>>;
  let db: Database;
  let stopPostgres: () => Promise<void>;
  let members: string[] = [];
  let workspaceId: WorkspaceId;
  let base: string;
  beforeAll(async () => {
    const postgres = await startPostgres();
    stopPostgres = postgres.stop;
    const databaseUrl = await freshDatabase(postgres);
    kept = await runningKept({ databaseUrl, redisUrl: null }, undefined, { perSecond: 100_000 });
    base = `http://127.0.0.1:${kept.port}`;
    await kept.client.startExample();
    const session = await kept.client.session();
    members = session.members.map(({ id }) => id);
    workspaceId = WorkspaceId.parse(session.id);
    db = openDatabase({ connectionString: databaseUrl, max: 2 }, () => {});
    // A case with a promise and an ask, for forms to be about.
    await db.connection().execute((one) => sql`select 1`.execute(one));
  });
  afterAll(async () => {
    await kept.stop();
    await db.destroy();
    await stopPostgres();
  });

  const post = async (path: string, body: unknown, as = members[0]) => {
    const response = await fetch(`${base}/api${path}?as=${as}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : (JSON.stringify(body) ?? ''),
    });
    const text = await response.text();
    if (response.status >= 500) throw new Error(`${response.status} ${text} to ${JSON.stringify(body)}`);
    return { status: response.status, text };
  };

  const place = { connection: 'console', channel: 'care' };
  const nothing = { caseId: null, promiseId: null, askId: null };

  it('forms with hostile values: no 500, and what is refused changes nothing', async () => {
    // given cases that forms can be about
    const open = { form: 'open', nonce: randomUUID(), subject: nothing, place, source: null };
    const filled = {
      customer: 'new:Acme',
      title: 'Export down',
      stakes: 'Their board',
      severity: 'normal',
      happened: '',
      deadline: '',
    };
    await post('/intent', { intent: { kind: 'submit', ...open, values: filled } });
    const { rows } = await sql<{ id: string }>`select id from kept.care_case`.execute(db);
    expect(rows).toHaveLength(1);
    const caseId = rows[0]?.id ?? null;
    const value = fc.oneof(
      oddText,
      fc.constantFrom(...members, 'tomorrow 3pm', 'in 2 hours', 'yes', 'no', 'up to', 'high', '500'),
    );
    const values = fc.dictionary(
      fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...FIELDS) }, { weight: 1, arbitrary: oddKeys }),
      value,
      {
        maxKeys: 10,
        noNullPrototype: true,
      },
    );
    const intents = fc.record({
      kind: fc.constantFrom('submit', 'submit', 'preview'),
      form: fc.constantFrom(...FormId.options),
      nonce: fc.uuid(),
      subject: fc.record({
        caseId: fc.constantFrom(caseId, caseId, caseId, randomUUID(), null),
        promiseId: fc.constantFrom(null, randomUUID()),
        askId: fc.constantFrom(null, randomUUID()),
      }),
      place: fc.constant(place),
      source: fc.constant(null),
      values,
    });
    await fc.assert(
      fc.asyncProperty(intents, fc.constantFrom(...members), async (intent, as) => {
        const before = await rowsOf(db);
        const { status, text } = await post('/intent', { intent }, as);
        const isDone = status === 200 && DONE.test(text);
        if (!isDone || intent.kind === 'preview') expect(await rowsOf(db)).toEqual(before);
      }),
      { numRuns: runs(800) },
    );
    expect(await rowFaults(db, [workspaceId])).toEqual([]);
  });

  it('any intent, any body, any words: no 500', async () => {
    const bodies = [
      { intent: { kind: 'command', text: 'help', place } },
      { intent: { kind: 'open from message', text: 'x', link: null, place } },
      { intent: { kind: 'press', action: 'promise', subject: nothing, place } },
      { intent: { kind: 'suggest', query: 'a' } },
      { intent: { kind: 'home', place } },
      { room: 'care', threadId: null, text: 'x', nonce: randomUUID() },
      {
        kind: 'own',
        team: { name: 'x', zone: 'UTC', country: 'DE', region: null, currency: 'EUR', members: [] },
      },
    ];
    const presses = fc.record({
      intent: fc.record({
        kind: fc.constant('press'),
        action: fc.constantFrom(...ActionId.options),
        subject: fc.record({ caseId: oddValue, promiseId: fc.constant(null), askId: fc.constant(null) }),
        place: fc.constant(place),
      }),
    });
    const commands = oddText.map((text) => ({ intent: { kind: 'command', text, place } }));
    const said = fc
      .tuple(oddText, fc.uuid())
      .map(([text, nonce]) => ({ room: 'care', threadId: null, text, nonce }));
    const any = fc.oneof(mutated(bodies), presses, commands, said, anyJson, oddText);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/intent', '/say', '/setup'), any, async (path, body) => {
        await post(path, body);
      }),
      { numRuns: runs(1_500) },
    );
    expect(await rowFaults(db, [workspaceId])).toEqual([]);
  });

  it('any query and any header of what is read: no 500', async () => {
    const paths = fc.constantFrom(
      'rooms',
      'messages',
      'board',
      'regions',
      'countries',
      'session',
      'x',
      '../..',
    );
    const query = fc.dictionary(
      fc.oneof(fc.constantFrom('as', 'room', 'thread', 'before', 'limit', 'country'), oddKeys),
      oddText,
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    );
    await fc.assert(
      fc.asyncProperty(paths, query, async (path, asked) => {
        const search = new URLSearchParams({ as: members[0] ?? '', room: 'care', ...asked });
        const response = await fetch(`${base}/api/${path}?${search.toString()}`);
        const text = await response.text();
        if (response.status >= 500) throw new Error(`${response.status} ${text}`);
      }),
      { numRuns: runs(300) },
    );
    const since = fc.oneof(
      oddText.map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
      fc.double().map(String),
      fc.bigInt().map(String),
    );
    await fc.assert(
      fc.asyncProperty(since, async (last) => {
        const stop = new AbortController();
        const response = await fetch(`${base}/api/live?as=${members[0]}`, {
          headers: { 'last-event-id': last.slice(0, 5_000) },
          signal: stop.signal,
        });
        stop.abort();
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: runs(200) },
    );
  });

  it('bytes that are no HTTP end their own connection alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          oddText.map((text) => Buffer.from(`GET /${text} HTTP/1.1\r\nHost: ${text}\r\n\r\n`)),
        ),
        async (bytes) => {
          const socket = connect(kept.port, '127.0.0.1');
          socket.on('error', () => {});
          let answer = '';
          socket.setEncoding('latin1').on('data', (chunk: string) => {
            answer += chunk;
          });
          await new Promise((resolve) => socket.once('connect', resolve));
          socket.end(bytes);
          await new Promise((resolve) => socket.once('close', resolve));
          expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
        },
      ),
      { numRuns: runs(300) },
    );
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });
});
