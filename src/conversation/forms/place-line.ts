import { countries, regions } from '../../domain/holidays.ts';
import { Zone } from '../../domain/instant.ts';

/** Where public holidays are taken from. */
type Place = { country: string | null; region: string | null };

/** As many near misses are named. */
const NEAR = 5;

/** A place in words: `Germany`, or `Germany, Bayern`; empty for none. */
export function placeLine({ country, region }: Place): string {
  const known = countries().find(({ code }) => code === country);
  const part = known && regions(known.code).find(({ code }) => code === region);
  return [known?.name, part?.name].filter((name) => name !== undefined).join(', ');
}

/** Reads a place, by its names or its codes (`DE`, `DE-BY`); what can't be found comes back with what is near. */
export function readPlace(words: string): { ok: true; place: Place } | { ok: false; near: string[] } {
  const said = words.trim();
  if (said === '') {
    return { ok: true, place: { country: null, region: null } };
  }
  const whole = countries().find((country) => isSaid(country, said));
  if (whole !== undefined) {
    return { ok: true, place: { country: whole.code, region: null } };
  }
  const [, first = said, second = ''] = /^(.+?)\s*[,-]\s*(.+)$/u.exec(said) ?? [];
  const country = countries().find((one) => isSaid(one, first));
  if (country === undefined) {
    return { ok: false, near: nearTo(first, countries()) };
  }
  const region = regions(country.code).find((one) => isSaid(one, second));
  return region === undefined
    ? { ok: false, near: nearTo(second, regions(country.code)).map((name) => `${country.name}, ${name}`) }
    : { ok: true, place: { country: country.code, region: region.code } };
}

/** Reads a zone by its name, or by its city alone where there is but one; null when it is none. */
export function readZone(words: string): Zone | null {
  const said = words.trim().replaceAll(' ', '_').toLowerCase();
  const zones = Intl.supportedValuesOf('timeZone');
  const named = zones.filter((zone) => zone.toLowerCase() === said);
  const cities = zones.filter((zone) => zone.toLowerCase().endsWith(`/${said}`));
  const [found] = named.length > 0 ? named : cities.length === 1 ? cities : [words.trim()];
  const zone = Zone.safeParse(found);
  return zone.success ? zone.data : null;
}

function isSaid({ code, name }: { code: string; name: string }, words: string): boolean {
  return [code, name].some((one) => one.toLowerCase() === words.toLowerCase());
}

/** Names that begin as the words do, or hold them; failing those, the first there are of a short list. */
function nearTo(words: string, places: readonly { name: string }[]): string[] {
  const start = words.toLowerCase().slice(0, 3);
  const names = places.map(({ name }) => name);
  const near = [
    ...names.filter((name) => name.toLowerCase().startsWith(start)),
    ...names.filter((name) => name.toLowerCase().includes(words.toLowerCase())),
  ];
  return [...new Set(near)].slice(0, NEAR);
}
