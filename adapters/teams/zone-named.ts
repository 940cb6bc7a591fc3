import { createRequire } from 'node:module';
import { z } from 'zod';
import { Zone } from '../../src/domain/instant.ts';

/** By require: its types are of another module system than ours. */
const { findIana } = z
  .object({ findIana: z.custom<(windowsName: string) => unknown>((value) => typeof value === 'function') })
  .parse(createRequire(import.meta.url)('windows-iana'));

/**
 * The zone of that name, IANA's or Windows' (each one's where no country is named); null when there is none that we
 * know, as of a zone that Windows gets later: then the workspace's holds.
 * Source: Unicode CLDR, windowsZones.
 */
export function zoneNamed(name: string): Zone | null {
  const [iana] = z.array(z.string()).catch([]).parse(findIana(name));
  return Zone.safeParse(iana ?? name).data ?? null;
}
