import type { WorkspaceId } from '../../src/domain/ids.ts';

/** How Kept is known to Microsoft, and whose people it serves. The same as in `src/config-teams.ts`. */
export type TeamsConfig = {
  /** `nobody`: local development alone. Nothing is checked, so Kept listens on loopback only. */
  identity:
    | { by: 'secret'; appId: string; password: string; tenantId: string | null }
    | { by: 'managed identity'; appId: string; tenantId: string }
    | { by: 'nobody' };
  /** The tenants that are let in; null lets in any, in local development alone. */
  tenants: readonly string[] | null;
  /** The workspace that a new tenant joins; null: it gets one of its own. */
  workspace: WorkspaceId | null;
};

/** Where tokens come from and are asked for. Microsoft's own, but in tests. */
export type Authority = {
  /** Of the tokens that requests come with: their keys, and who signs them. */
  openIdMetadataUrl: string;
  issuer: string;
  /** Where our own tokens are asked for; the tenant's id comes after it. */
  loginUrl: string;
};
