// What this browser remembers: words not yet sent (for this tab), and what has been seen (for all).

import { z } from 'zod';

const Seen = z.record(z.string(), z.number());
/** The newest seq seen, by list. */
export type Seen = z.infer<typeof Seen>;

/** Words begun in a composer and not sent. */
export function readDraft(key: string): string {
  return read(() => sessionStorage.getItem(`kept.draft.${key}`)) ?? '';
}

/** Keeps words begun in a composer, so that neither switching rooms nor reloading loses them. */
export function writeDraft(key: string, text: string): void {
  read(() =>
    text === ''
      ? sessionStorage.removeItem(`kept.draft.${key}`)
      : sessionStorage.setItem(`kept.draft.${key}`, text),
  );
}

/** What a member has seen in this browser. */
export function readSeen(key: string): Seen {
  const text = read(() => localStorage.getItem(`kept.seen.${key}`));
  if (!text) return {};
  const seen = Seen.safeParse(read(() => JSON.parse(text)));
  return seen.success ? seen.data : {};
}

/** Remembers what a member has seen. */
export function writeSeen(key: string, seen: Seen): void {
  read(() => localStorage.setItem(`kept.seen.${key}`, JSON.stringify(seen)));
}

function read<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    // Storage can be switched off or full: the console works without it.
    console.warn('Kept: this browser stores nothing', error);
    return null;
  }
}
