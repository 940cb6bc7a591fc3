import type { WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** How a conversation, or a person, of a connection is reached: what its surface last saw of it. */
export type Address = {
  /** `conversation/<id>` or `person/<id>`, with the surface's own ids. */
  of: string;
  /** Read by the surface's own schema. No secrets. */
  facts: unknown;
  seenAt: Instant;
};

/** The addresses that surfaces need beyond ids, for those whose servers move. */
export type Addresses = {
  get(workspaceId: WorkspaceId, connection: string, of: string): Promise<Address | null>;
  /** Those whose `of` begins like this, as last seen: the newest first, 200 at the most. */
  list(workspaceId: WorkspaceId, connection: string, begins: string): Promise<Address[]>;
  /**
   * Writes what was seen: new facts beside the old ones, or in the place of those of the same names. What was seen
   * before what is kept changes nothing.
   */
  save(
    workspaceId: WorkspaceId,
    connection: string,
    address: { of: string; facts: Record<string, unknown>; seenAt: Instant },
  ): Promise<void>;
};
