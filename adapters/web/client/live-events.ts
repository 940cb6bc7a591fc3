import type { z } from 'zod';
import { Changes, Hello, Tick } from '../wire.ts';

const SILENCE_MS = 40_000;
const AGAIN_MS = 2_000;

/** What a live stream tells. */
export type LiveHandlers = {
  /** Connected, at first or again: what is shown may be behind. */
  hello: (hello: Hello) => void;
  changes: (changes: Changes) => void;
  tick: (tick: Tick) => void;
  /** The connection is gone; it is being tried again. */
  lost: () => void;
  /** The server answered, and refused. */
  refused: () => void;
  /** It speaks another version than this page. */
  outdated: () => void;
};

/** Follows what a member may see, across lost connections, until the returned function is called. */
export function followLive(as: string, handlers: LiveHandlers): () => void {
  let source: EventSource | null = null;
  let timer = 0;

  function wait(ms: number, then: () => void): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(then, ms);
  }

  // A stream can be dead without a word, as after sleep: the heartbeat is missed then.
  const alive = () =>
    wait(SILENCE_MS, () => {
      handlers.lost();
      open();
    });

  function on<S extends z.ZodType>(name: string, schema: S, handle: (data: z.infer<S>) => void): void {
    source?.addEventListener(name, (event: MessageEvent<string>) => {
      alive();
      const data = schema.safeParse(JSON.parse(event.data));
      if (data.success) handle(data.data);
      else handlers.outdated();
    });
  }

  function open(): void {
    source?.close();
    const opened = new EventSource(`/api/live?as=${encodeURIComponent(as)}`);
    source = opened;
    on('hello', Hello, handlers.hello);
    on('changes', Changes, handlers.changes);
    on('tick', Tick, handlers.tick);
    opened.addEventListener('error', () => {
      handlers.lost();
      // The browser tries again by itself, unless the server answered with an error.
      if (opened.readyState !== EventSource.CLOSED) return;
      handlers.refused();
      wait(AGAIN_MS, open);
    });
    alive();
  }

  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
