import type { MemberId, WorkspaceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Member } from '../domain/people.ts';
import type { WorkspaceData } from './store.ts';

/** The kinds of surface that a connection can be of. */
export const CONNECTION_KINDS = ['console', 'slack', 'teams'] as const;
export type ConnectionKind = (typeof CONNECTION_KINDS)[number];

/** A Slack team or org, or the console, as one workspace has it: where its cases live and its people are met. */
export type Connection = {
  /** `<kind>/<externalId>`, or `console`. Stands in the place of a case. */
  id: string;
  workspaceId: WorkspaceId;
  kind: ConnectionKind;
  externalId: string;
  /** Disconnected: its app was removed or its token revoked. What is owed there stays owed. */
  status: 'connected' | 'disconnected';
  /** What its surface knows of it, read by the surface's own schema. No secrets. */
  facts: unknown;
};

/** A person of a workspace as a connection knows them. */
export type Identity = { externalId: string; memberId: MemberId };

/** A secret is kept, and no key that is given opens it. */
export class SecretShut extends Error {}

/** The connections of all workspaces, their secrets and the people behind them. */
export type Connections = {
  /** The connection of a team, of whatever workspace; null for one that was never connected. */
  find(kind: ConnectionKind, externalId: string): Promise<Connection | null>;
  get(workspaceId: WorkspaceId, id: string): Promise<Connection | null>;
  /** Every connection of a kind, over all workspaces. */
  all(kind: ConnectionKind): Promise<Connection[]>;
  /**
   * Connects a team: the first time with the workspace given, later anew with the one it has (its people, cases
   * and policy stay). A workspace that is there already is joined, and keeps its people and settings.
   * `facts` is told those that it has, null for a new one: what of them must last outlives two who come at once.
   * `secret` null keeps none. `isNew` is false for a reconnection.
   */
  connect(team: {
    kind: ConnectionKind;
    externalId: string;
    facts: (known: unknown) => unknown;
    secret: unknown;
    workspace: WorkspaceData;
    identities: readonly Identity[];
  }): Promise<{ connection: Connection; isNew: boolean }>;
  setStatus(workspaceId: WorkspaceId, id: string, status: Connection['status']): Promise<void>;
  /** Adds these to its facts, or writes those of the same names anew; the others stay, whoever changes them. */
  addFacts(workspaceId: WorkspaceId, id: string, facts: Record<string, unknown>): Promise<void>;
  /** Opened; null when none is kept. Throws SecretShut when no key opens it. */
  secret(workspaceId: WorkspaceId, id: string): Promise<unknown>;
  saveSecret(workspaceId: WorkspaceId, id: string, secret: unknown): Promise<void>;
  /** True for the one who may renew the secret until `until`; false while another does. */
  leaseSecret(workspaceId: WorkspaceId, id: string, now: Instant, until: Instant): Promise<boolean>;
  memberOf(workspaceId: WorkspaceId, id: string, externalId: string): Promise<Member | null>;
  /** Everybody whom the connection knows, by their ids there. */
  everybody(workspaceId: WorkspaceId, id: string): Promise<Map<string, Member>>;
  /** By member id, their ids on this connection; who has none there is left out. */
  identitiesOf(
    workspaceId: WorkspaceId,
    id: string,
    memberIds: readonly MemberId[],
  ): Promise<Map<MemberId, string>>;
  /** Adds a member whom the connection knows by `externalId`, or gives the one it already knows by it. */
  meet(workspaceId: WorkspaceId, id: string, externalId: string, member: Member): Promise<Member>;
};
