import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** How a connection goes through a proxy: straight, each message so much later each way, or nowhere. */
type Manner = { kind: 'open' } | { kind: 'slow'; ms: number; bytesPerS: number } | { kind: 'hole' };

/** A way to a server that can be cut, slowed and dug up. */
export type TcpProxy = {
  port: number;
  /** Connections from now on go there; those that stand stay. */
  aim: (port: number) => void;
  /** Resets every connection; new ones are let through. */
  cut: () => number;
  /** Each message takes `ms` longer each way, and a connection lets so many bytes a second through each way. */
  slow: (ms: number, bytesPerS: number) => void;
  /** Lets no byte through, and says nothing of it: connections stay, new ones are taken and hang. */
  hole: () => void;
  /** Connections that stand hang for ever, as when a machine or a NAT is lost; new ones aren't concerned. */
  forget: () => void;
  /** As at first. What was held goes on, or hangs for ever. */
  open: (held?: 'go on' | 'forgotten') => void;
  connections: () => number;
  stop: () => Promise<void>;
};

/** Starts a proxy on loopback to that port of loopback. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  let aimedAt = target;
  let manner: Manner = { kind: 'open' };
  const now = () => manner;
  const lines = new Set<Line>();
  const server = createServer((incoming) => {
    const line = join(incoming, () => aimedAt, now);
    lines.add(line);
    incoming.once('close', () => lines.delete(line));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const forget = () => {
    for (const line of lines) line.forget();
  };
  const cut = () => {
    const count = lines.size;
    for (const line of lines) line.cut();
    return count;
  };
  return {
    port: address.port,
    aim: (port) => {
      aimedAt = port;
    },
    cut,
    slow: (ms, bytesPerS) => {
      manner = { kind: 'slow', ms, bytesPerS };
    },
    hole: () => {
      manner = { kind: 'hole' };
    },
    forget,
    open: (held = 'go on') => {
      if (held === 'forgotten') forget();
      manner = { kind: 'open' };
      for (const line of lines) line.goOn();
    },
    connections: () => lines.size,
    stop: async () => {
      cut();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

type Line = { cut: () => void; forget: () => void; goOn: () => void };

function join(incoming: Socket, target: () => number, manner: () => Manner): Line {
  let isForgotten = false;
  let outgoing: Socket | null = null;
  const cut = () => {
    incoming.resetAndDestroy();
    outgoing?.resetAndDestroy();
  };
  const ways: Way[] = [];
  const reach = () => {
    if (outgoing !== null || isForgotten || incoming.destroyed || manner().kind === 'hole') return;
    const other = connect(target(), '127.0.0.1');
    outgoing = other;
    other.setNoDelay(true);
    const isHeld = () => isForgotten || manner().kind === 'hole';
    ways.push(way(incoming, other, manner, isHeld), way(other, incoming, manner, isHeld));
    other.on('error', () => incoming.resetAndDestroy());
  };
  incoming.setNoDelay(true);
  incoming.pause();
  incoming.on('error', () => outgoing?.resetAndDestroy());
  incoming.on('close', () => outgoing?.destroy());
  reach();
  return {
    cut,
    forget: () => {
      isForgotten = true;
      // The server's half ends, as it would by its own keep-alive; the client hears nothing of it.
      outgoing?.removeAllListeners('close').destroy();
    },
    goOn: () => {
      reach();
      for (const { pump } of ways) pump();
    },
  };
}

type Way = { pump: () => void };

/** One direction: a queue of chunks, each with the earliest time it may go; the order always stays. */
function way(from: Socket, to: Socket, manner: () => Manner, isHeld: () => boolean): Way {
  const queue: { chunk: Buffer | null; at: number }[] = [];
  let freeAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const pump = () => {
    clearTimeout(timer);
    while (!isHeld()) {
      const [first] = queue;
      if (first === undefined) return;
      const waitMs = manner().kind === 'slow' ? first.at - performance.now() : 0;
      if (waitMs > 0) {
        timer = setTimeout(pump, waitMs);
        return;
      }
      queue.shift();
      if (first.chunk === null) to.end();
      else if (to.writable && !to.write(first.chunk)) from.pause();
    }
  };
  const push = (chunk: Buffer | null) => {
    const how = manner();
    const arrived = performance.now();
    const { ms, bytesPerS } = how.kind === 'slow' ? how : { ms: 0, bytesPerS: Number.POSITIVE_INFINITY };
    freeAt = Math.max(freeAt, arrived) + ((chunk?.length ?? 0) / bytesPerS) * 1_000;
    queue.push({ chunk, at: freeAt + ms });
    pump();
  };
  from.on('data', push);
  from.on('end', () => push(null));
  to.on('drain', () => from.resume());
  from.on('close', (hadError) => {
    if (hadError) to.destroy();
    else if (!isHeld() && queue.length === 0) to.end();
  });
  from.resume();
  return { pump };
}
