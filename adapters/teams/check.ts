import type { Finding } from '../../src/app/finding.ts';
import type { Instant } from '../../src/domain/instant.ts';
import { checkGraph, checkIdentity } from './check-identity.ts';
import { checkIngress } from './check-ingress.ts';
import { checkTenants, type TeamsRecords } from './check-tenants.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

type Parts = {
  config: TeamsConfig;
  publicUrl: string | null;
  /** Lets look at what is kept, as long as it is open; where it can't be opened, its own findings say so. */
  withRecords: (look: (records: TeamsRecords) => Promise<Finding[]>) => Promise<Finding[]>;
  now: Instant;
  /** Microsoft's own, but in tests. */
  authority?: Authority | null;
};

/** Looks at all that Teams and Kept need of each other, and says of each what to do. It changes nothing. */
export async function checkTeams(parts: Parts): Promise<Finding[]> {
  const { config, publicUrl, withRecords, now, authority = null } = parts;
  const identity = await checkIdentity(config, authority);
  const isKnown = identity.every(({ state }) => state !== 'wrong');
  return [
    ...identity,
    ...(await checkIngress(config, publicUrl)),
    // Where Microsoft doesn't know us or can't be reached, asking again for each tenant tells nothing new.
    ...(isKnown && config.identity.by !== 'nobody' ? await checkGraph(config, authority, now) : []),
    ...(await withRecords((records) => checkTenants(records, config, now))),
  ];
}
