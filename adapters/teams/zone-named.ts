import { findIana } from 'windows-iana';
import { Zone } from '../../src/domain/instant.ts';

/**
 * The zone of that name, IANA's or Windows' (each one's where no country is named); null when there is none that we
 * know, as of a zone that Windows gets later: then the workspace's holds.
 * Source: Unicode CLDR, windowsZones.
 */
export function zoneNamed(name: string): Zone | null {
  const [iana] = findIana(name);
  return Zone.safeParse(iana ?? name).data ?? null;
}
