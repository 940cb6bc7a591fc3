import { z } from 'zod';
import type { Clock } from '../../src/app/clock.ts';
import type { Inbox } from '../../src/app/inbox.ts';
import { Values } from '../../src/conversation/form.ts';
import type { AdaptiveCard } from './drawn.ts';
import type { TeamsConnection } from './teams-deps.ts';

const LEASE_MS = 60_000;

/** Of one person, who alone gets it back. */
const Body = z.object({ wholeValues: Values, personId: z.string() });

/** Values of forms whose fields had no room for all of them. They lie in the inbox, as what was heard does. */
export type WholeValues = {
  keep(connection: TeamsConnection, personId: string, values: Values): Promise<string>;
  /** Null when they don't lie there any more, or are somebody else's. */
  read(connection: TeamsConnection, personId: string, id: string): Promise<Values | null>;
};

/** See `WholeValues`. */
export function createWholeValues(parts: {
  inbox: Pick<Inbox, 'accept' | 'done' | 'get'>;
  clock: Clock;
  newId: () => string;
}): WholeValues {
  const { inbox, clock, newId } = parts;
  return {
    keep: async ({ workspaceId, id: connection }, personId, values) => {
      const id = newId();
      const body = { wholeValues: values, personId };
      await inbox.accept({ id, workspaceId, connection, key: `values/${id}`, body }, clock(), LEASE_MS);
      await inbox.done({ workspaceId, id }, clock(), null);
      return id;
    },
    read: async ({ workspaceId, id: connection }, personId, id) => {
      const row = await inbox.get(workspaceId, id);
      const body = row?.connection === connection ? Body.safeParse(row.body).data : undefined;
      return body?.personId === personId ? body.wholeValues : null;
    },
  };
}

/** Whether a drawn form shows less than its fields hold. What people typed has its quotes escaped in JSON. */
export function isCut(card: AdaptiveCard): boolean {
  return JSON.stringify(card).includes('"cut":{"');
}
