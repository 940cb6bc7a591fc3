import { useSyncExternalStore } from 'react';
import type { Instant } from '../../../src/domain/instant.ts';

let skew = 0;
const listeners = new Set<() => void>();
let timer: number | null = null;

/** Takes the server's present: all times on the page count by it, however wrong this machine's clock is. */
export function setServerClock(now: Instant): void {
  const next = now - Date.now();
  // Below this it is the way there and back, and words would flicker.
  if (Math.abs(next - skew) > 500) skew = next;
}

/** The server's present. */
export function serverNow(): Instant {
  return Date.now() + skew;
}

/** Words that depend on the present, kept up to date; the component is drawn again only when they change. */
export function useWordsOfNow(words: (now: Instant) => string): string {
  const read = () => words(serverNow());
  return useSyncExternalStore(subscribe, read, read);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    for (const tell of listeners) tell();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    window.clearInterval(timer);
    timer = null;
  };
}
