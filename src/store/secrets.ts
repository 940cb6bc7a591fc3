import { z } from 'zod';
import { SecretShut } from '../app/connections.ts';
import { WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { type Database, readingWorkspaces, type Tx, withinWorkspaces } from './database.ts';
import type { Seal } from './seal.ts';

/** What a secret is sealed to: a copy of it in the row of another connection doesn't open. */
function placeOf(workspaceId: WorkspaceId, connectionId: string): string {
  return `${workspaceId}/${connectionId}`;
}

/** A connection's secret, opened; null when none is kept. Throws SecretShut when no key opens it. */
export function readSecret(
  db: Database,
  seal: Seal,
  workspaceId: WorkspaceId,
  connectionId: string,
): Promise<unknown> {
  return readingWorkspaces(db, [workspaceId], async (tx) => {
    const row = await tx
      .selectFrom('kept.connection_secret')
      .select('sealed')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .executeTakeFirst();
    return row
      ? z.json().parse(JSON.parse(opened(seal, row.sealed, placeOf(workspaceId, connectionId))))
      : null;
  });
}

function opened(seal: Seal, sealed: string, place: string): string {
  try {
    return seal.open(sealed, place);
  } catch (cause) {
    throw new SecretShut(cause instanceof Error ? cause.message : 'It can’t be opened', { cause });
  }
}

/** Seals a connection's secret and writes it down in the place of an earlier one; null keeps none. */
export async function writeSecret(
  tx: Tx,
  seal: Seal,
  workspaceId: WorkspaceId,
  connectionId: string,
  secret: unknown,
): Promise<void> {
  if (secret === null) {
    await tx
      .deleteFrom('kept.connection_secret')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .execute();
    return;
  }
  const sealed = seal.seal(JSON.stringify(secret), placeOf(workspaceId, connectionId));
  await tx
    .insertInto('kept.connection_secret')
    .values({ workspace_id: workspaceId, connection_id: connectionId, sealed })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'connection_id']).doUpdateSet({ sealed }))
    .execute();
}

/** True for the one who may renew the secret until then. Not given back earlier: who waits reads the new one. */
export function leaseSecret(
  db: Database,
  workspaceId: WorkspaceId,
  connectionId: string,
  now: Instant,
  until: Instant,
): Promise<boolean> {
  return withinWorkspaces(db, [workspaceId], async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('kept.connection')
      .set({ secret_lease: until })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', connectionId)
      .where((eb) => eb.or([eb('secret_lease', 'is', null), eb('secret_lease', '<=', now)]))
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  });
}

/**
 * Seals anew what was sealed with an older key, so that this one can be taken away some day. Says how many, and
 * which connections' secrets no key opens: their teams have to connect again.
 */
export async function resealSecrets(
  db: Database,
  seal: Seal,
): Promise<{ resealed: number; unreadable: string[] }> {
  const rows = await db.selectFrom('kept.connection_secret').selectAll().execute();
  const unreadable: string[] = [];
  let resealed = 0;
  for (const { workspace_id, connection_id, sealed } of rows) {
    const workspaceId = WorkspaceId.parse(workspace_id);
    const anew = sealedAnew(seal, sealed, placeOf(workspaceId, connection_id));
    if (anew === null) {
      unreadable.push(connection_id);
    } else if (anew !== sealed) {
      // Only in the place of what was read: a token may have been renewed in between.
      await withinWorkspaces(db, [workspaceId], (tx) =>
        tx
          .updateTable('kept.connection_secret')
          .set({ sealed: anew })
          .where('workspace_id', '=', workspaceId)
          .where('connection_id', '=', connection_id)
          .where('sealed', '=', sealed)
          .execute(),
      );
      resealed += 1;
    }
  }
  return { resealed, unreadable };
}

/** The same when it is sealed with the newest key already; null when no key opens it. */
function sealedAnew(seal: Seal, sealed: string, place: string): string | null {
  try {
    const secret = seal.open(sealed, place);
    return seal.isCurrent(sealed) ? sealed : seal.seal(secret, place);
  } catch {
    return null;
  }
}
