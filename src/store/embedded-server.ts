import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import type { Log } from '../app/deps.ts';

/** A client with a transaction open holds up all others; one that goes silent in it loses its connection. */
const SILENCE_LIMIT_MS = 30_000;
/** Single-user Postgres has no checkpointer and no autovacuum, so we do their work, at their own pace. */
const TIDY_EVERY_MS = 300_000;
const BLOATED = `
  select format('vacuum (analyze) %I.%I', schemaname, relname) as sql from pg_stat_all_tables
  where schemaname <> 'pg_toast'
    and (n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup)
  union all select 'checkpoint'`;

/** One connection. `unit` gathers its messages until one that Postgres answers with ReadyForQuery. */
type Peer = { socket: Socket; inbox: Buffer; greeted: boolean; unit: Buffer[] };
/** A piece of work that has the session to itself; `peer` is null for our own. */
type Turn = { peer: Peer | null; work: () => Promise<Buffer> };

/**
 * Serves one PGlite session to many connections, a turn at a time. It stands in for PGLiteSocketServer
 * 0.2.17, which mixes up the unnamed statements of its clients as soon as two of them wait, stops for good
 * after one internal error (electric-sql/pglite#1046), and gives a NOTIFY to the notifier alone.
 *
 *   a turn: all messages up to Sync or Query ──► ReadyForQuery 'I' ─► next connection
 *                                            └─► 'T', 'E' or none  ─► same connection, until 'I' or its end
 */
export async function serve(db: PGlite, file: string, log: Log): Promise<{ stop: () => Promise<void> }> {
  const peers = new Set<Peer>();
  let turns: Turn[] = [];
  let holder: Peer | null = null;
  let silence: NodeJS.Timeout | undefined;
  let busy = false;
  let dead = false;

  const run = async (unit: Buffer): Promise<Buffer> => {
    const parts: Buffer[] = [];
    const onRawData = (data: Uint8Array) => void parts.push(Buffer.from(data));
    await db.runExclusive(() => db.execProtocolRawStream(unit, { onRawData }));
    const reply = Buffer.concat(parts);
    const isEnded = unit.subarray(-5).equals(FLUSH) || [...frames(reply)].some(([type]) => type === READY);
    if (!isEnded) throw new Error('Postgres left a request without its end');
    return reply;
  };
  const give = (turn: Turn) => {
    turns.push(turn);
    void drain();
  };

  async function drain(): Promise<void> {
    if (busy) return;
    busy = true;
    for (let turn = nextTurn(); turn; turn = nextTurn()) {
      clearTimeout(silence);
      await take(turn);
      // Let timers and other sockets have their say between two turns: Postgres runs on this thread.
      await nextTick();
    }
    busy = false;
  }

  function nextTurn(): Turn | undefined {
    const at = holder === null ? 0 : turns.findIndex(({ peer }) => peer === holder);
    return dead || at < 0 ? undefined : turns.splice(at, 1)[0];
  }

  async function take({ peer, work }: Turn): Promise<void> {
    try {
      const isIdle = answer(peer, await work());
      holder = peer === null || isIdle ? null : peer;
    } catch (err) {
      die(err);
    }
    if (holder === null) return;
    const held = holder;
    if (held.socket.destroyed) return leave(held);
    silence = setTimeout(() => {
      log.error({ silentMs: SILENCE_LIMIT_MS }, 'A transaction was left open and is rolled back');
      held.socket.destroy();
    }, SILENCE_LIMIT_MS).unref();
  }

  /** Sends a reply on, notifications to everyone. True when the session is out of any transaction. */
  function answer(peer: Peer | null, reply: Buffer): boolean {
    const own: Buffer[] = [];
    let isIdle = peer === null;
    for (const frame of frames(reply)) {
      if (frame[0] === READY) isIdle = frame[5] === IDLE;
      if (frame[0] !== NOTIFICATION) own.push(frame);
      else for (const each of peers) if (each.greeted) each.socket.write(frame);
    }
    peer?.socket.write(Buffer.concat(own));
    return isIdle;
  }

  function leave(peer: Peer): void {
    peers.delete(peer);
    turns = turns.filter((turn) => turn.peer !== peer);
    if (holder !== peer) return;
    holder = null;
    turns.unshift({ peer: null, work: () => run(ROLL_BACK) });
    void drain();
  }

  function die(err: unknown): void {
    dead = true;
    holder = null;
    log.error({ err }, 'The embedded database has stopped working: restart Kept');
    server.close();
    for (const { socket } of peers) socket.destroy();
  }

  const server = createServer((socket) => {
    const peer: Peer = { socket, inbox: NOTHING, greeted: false, unit: [] };
    peers.add(peer);
    socket.on('data', (data) => {
      peer.inbox = Buffer.concat([peer.inbox, data]);
      for (const unit of units(peer)) give({ peer, work: () => run(unit) });
    });
    socket.on('error', (err) => log.debug({ err }, 'A connection to the embedded database broke off'));
    socket.on('close', () => leave(peer));
  });
  await rm(file, { force: true });
  server.listen({ path: file, exclusive: true });
  await once(server, 'listening');
  const tidying = setInterval(() => give({ peer: null, work: () => tidy() }), TIDY_EVERY_MS).unref();

  /** Each table has a turn of its own, so that nobody waits for all of them. */
  async function tidy(sql?: string): Promise<Buffer> {
    try {
      const { rows } = await db.query<{ sql: string }>(sql ?? BLOATED);
      for (const { sql } of rows) give({ peer: null, work: () => tidy(sql) });
    } catch (err) {
      log.warn({ err, sql }, 'The embedded database could not be tidied');
    }
    return NOTHING;
  }

  return {
    async stop() {
      clearInterval(tidying);
      const closed = new Promise((resolve) => void server.close(resolve));
      for (const { socket } of peers) socket.destroy();
      await closed;
      if (dead) return;
      await new Promise<void>((resolve) => {
        give({ peer: null, work: () => Promise.resolve(NOTHING).finally(resolve) });
      });
    },
  };
}

// The wire protocol, as far as turns go: https://www.postgresql.org/docs/18/protocol-message-formats.html
const NOTHING = Buffer.alloc(0);
const FLUSH = Buffer.from([0x48, 0, 0, 0, 4]);
const ROLL_BACK = Buffer.concat([
  Buffer.from([0x53, 0, 0, 0, 4, 0x51, 0, 0, 0, 13]),
  Buffer.from('rollback\0'),
]);
const NOTIFICATION = 0x41;
const READY = 0x5a;
const IDLE = 0x49;
const START_UP = 196_608;
const ENCRYPTION_ASKED = new Set([80_877_103, 80_877_104]);

function* frames(reply: Buffer): Generator<Buffer> {
  for (let at = 0; at + 5 <= reply.length; ) {
    const end = at + 1 + reply.readInt32BE(at + 1);
    yield reply.subarray(at, end);
    at = end;
  }
}

/** Takes the finished units out of what a connection has sent so far. */
function* units(peer: Peer): Generator<Buffer> {
  for (;;) {
    if (peer.inbox.length < (peer.greeted ? 5 : 8)) return;
    const lengthAt = peer.greeted ? 1 : 0;
    const end = lengthAt + peer.inbox.readInt32BE(lengthAt);
    if (peer.inbox.length < end) return;
    const message = peer.inbox.subarray(0, Math.max(end, peer.greeted ? 5 : 8));
    peer.inbox = peer.inbox.subarray(message.length);
    if (!peer.greeted) {
      const code = message.readInt32BE(4);
      peer.greeted = code === START_UP;
      if (peer.greeted) yield message;
      else if (ENCRYPTION_ASKED.has(code)) peer.socket.write('N');
      else peer.socket.destroy();
      continue;
    }
    peer.unit.push(message);
    const type = message.toString('latin1', 0, 1);
    // Query, Sync and FunctionCall end in ReadyForQuery; Flush asks for what there is so far.
    if ('QSFH'.includes(type)) yield Buffer.concat(peer.unit.splice(0));
    else if (type === 'X') peer.socket.end();
  }
}
