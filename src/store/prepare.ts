import type { ClientBase } from 'pg';
import { isPlain } from './begin-late.ts';

/** How many times something is asked before it is prepared: what is asked once in a while isn't worth its memory. */
const OFTEN = 5;
/** So many statements a connection remembers at most, each some 10 KB of the server's memory. */
const MOST = 100;
/** So many texts are counted at a time. */
const COUNTED = 1_000;

/**
 * Gives texts that are asked often a name, by which Postgres parses and plans them once for a connection, and not each
 * time anew: of a claim of messages that was half. A plan for what is asked with whatever values is taken only where
 * it costs no more (plan_cache_mode `auto`).
 */
export function createNames(): (text: string) => string | null {
  const times = new Map<string, number>();
  const names = new Map<string, string>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined) return name;
    if (names.size >= MOST) return null;
    const asked = (times.get(text) ?? 0) + 1;
    if (asked < OFTEN) {
      if (times.size >= COUNTED) times.clear();
      times.set(text, asked);
      return null;
    }
    times.delete(text);
    names.set(text, `kept_${names.size + 1}`);
    return null;
  };
}

/** From now on this connection asks what has a name, and values, by its name. */
export function askByName(client: ClientBase, nameOf: (text: string) => string | null): void {
  const { query } = client;
  const ask = (...args: unknown[]): unknown => {
    const [text, values, ...rest] = args;
    // The driver forgets to forget a name of which a value could not be written down.
    const isNamed = typeof text === 'string' && Array.isArray(values) && values.length > 0 && isPlain(values);
    const name = isNamed ? nameOf(text) : null;
    return Reflect.apply(query, client, name === null ? args : [{ name, text, values }, ...rest]);
  };
  Object.assign(client, { query: ask });
}
