import type { Logger } from 'pino';
import type { Clock } from '../../src/app/clock.ts';
import type { MemberId, WorkspaceId } from '../../src/domain/ids.ts';
import { type Chat, type ChatMessage, mayRead } from './chat.ts';

const POLL_MS = 250;
const AFTER_FAILURE_MS = 2_000;
const HEARTBEAT_MS = 15_000;
/** How soon a browser comes back after its stream has ended. */
const RETRY_MS = 1_000;
const PAGE = 200;
/** Events that wait for a reader before its stream is cut; it comes back and resumes. */
const MAX_WAITING = 256;

type Listener = {
  workspaceId: WorkspaceId;
  memberId: MemberId;
  cursor: number;
  send: (event: string, data: unknown, id: number | null) => void;
  end: () => void;
};

/** The live streams of this process. */
export type Live = {
  /** A stream of server-sent events: what the member may read and has changed since rev `since`, or from now on. */
  open(who: { workspaceId: WorkspaceId; memberId: MemberId }, since: number | null): Promise<ReadableStream>;
  /** Ends all streams. */
  close(): void;
};

/** One poller for all listeners; it runs only while there are any. */
export function createLive({ chat, clock, log }: { chat: Chat; clock: Clock; log: Logger }): Live {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  const encoder = new TextEncoder();
  let closed = false;
  let failing = false;

  function start(): void {
    if (timer === null) schedule(POLL_MS);
    heartbeat ??= setInterval(() => {
      for (const { send } of listeners) send('tick', { now: clock() }, null);
    }, HEARTBEAT_MS);
  }

  function stop(): void {
    if (timer) clearTimeout(timer);
    if (heartbeat) clearInterval(heartbeat);
    timer = null;
    heartbeat = null;
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => void poll(), ms);
  }

  async function poll(): Promise<void> {
    let more = false;
    try {
      for (const group of groups(listeners)) more = (await advance(group)) || more;
      if (failing) log.info('live updates are back');
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, 'live updates fail, trying again');
      failing = true;
    }
    if (closed || listeners.size === 0) stop();
    else schedule(failing ? AFTER_FAILURE_MS : more ? 0 : POLL_MS);
  }

  async function advance(group: readonly Listener[]): Promise<boolean> {
    const [first] = group;
    if (!first) return false;
    const { rev, messages, more } = await chat.changesSince(first.workspaceId, first.cursor, PAGE);
    for (const listener of group) {
      listener.cursor = rev;
      const seen = messages.filter(({ room }: ChatMessage) => mayRead(listener.memberId, room));
      if (seen.length > 0) listener.send('changes', { messages: seen }, rev);
    }
    return more;
  }

  function listen(
    controller: ReadableStreamDefaultController<Uint8Array>,
    who: Pick<Listener, 'workspaceId' | 'memberId' | 'cursor'>,
  ): Listener {
    const listener: Listener = {
      ...who,
      send(event, data, id) {
        // Null once the reader has gone, 0 when it doesn't keep up.
        if (!controller.desiredSize || controller.desiredSize < 0) return listener.end();
        controller.enqueue(encoder.encode(written(event, data, id)));
      },
      end() {
        if (listeners.delete(listener) || closed) controller.close();
      },
    };
    return listener;
  }

  return {
    async open({ workspaceId, memberId }, since) {
      const latest = await chat.latestRev(workspaceId);
      // A rev beyond ours is from another database.
      const cursor = since === null || since > latest ? latest : since;
      let leave: (() => void) | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const listener = listen(controller, { workspaceId, memberId, cursor });
            leave = () => void listeners.delete(listener);
            listener.send('hello', { now: clock(), rev: cursor }, cursor);
            if (closed) return listener.end();
            listeners.add(listener);
            start();
          },
          cancel: () => leave?.(),
        },
        { highWaterMark: MAX_WAITING },
      );
    },
    close() {
      closed = true;
      stop();
      for (const { end } of listeners) end();
    },
  };
}

/** Listeners that have come equally far are served by one query: as a rule, all of them. */
function groups(listeners: ReadonlySet<Listener>): Listener[][] {
  const byCursor = new Map<string, Listener[]>();
  for (const listener of listeners) {
    const key = `${listener.workspaceId} ${listener.cursor}`;
    byCursor.set(key, [...(byCursor.get(key) ?? []), listener]);
  }
  return [...byCursor.values()];
}

function written(event: string, data: unknown, id: number | null): string {
  const place = id === null ? '' : `id: ${id}\n`;
  return `event: ${event}\nretry: ${RETRY_MS}\n${place}data: ${JSON.stringify(data)}\n\n`;
}
