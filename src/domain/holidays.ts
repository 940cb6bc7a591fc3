import Holidays from 'date-holidays';
import { type LocalDate, UTC_DAY } from './instant.ts';

/** ISO 3166-1 country, and the region as in `regions` (mostly ISO 3166-2 without the country). */
export type Place = { country: string; region?: string | null };

export type PublicHoliday = { date: LocalDate; name: string };

const MAX_YEARS = 50;

const catalogue = new Holidays();
const countryNames = catalogue.getCountries('en');
// A memo of a pure function; its keys are known places and calendar years only.
const remembered = new Map<string, readonly PublicHoliday[]>();

/** The countries whose public holidays are known, by English name, for a form. */
export function countries(): { code: string; name: string }[] {
  return named(countryNames);
}

/** The regions of a country that have holidays of their own, by English name; often none. */
export function regions(country: string): { code: string; name: string }[] {
  const code = country.toUpperCase();
  // Typed as always there, yet undefined for a country without regions.
  return Object.hasOwn(countryNames, code) ? named(catalogue.getStates(code, 'en') ?? {}) : [];
}

function named(names: Record<string, string>): { code: string; name: string }[] {
  return Object.entries(names)
    .map(([code, name]) => ({ code, name }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Whether the country is known and, when a region is given, the region in it. Case doesn't matter. */
export function isKnownPlace(place: Place): boolean {
  if (!Object.hasOwn(countryNames, place.country.toUpperCase())) return false;
  return !place.region || regionCode(place) !== undefined;
}

function regionCode({ country, region }: Place): string | undefined {
  if (!region) return undefined;
  return regions(country).find(({ code }) => code.toUpperCase() === region.toUpperCase())?.code;
}

/**
 * Public holidays of a place from `fromYear` to `toYear`, both included: one row a date, ascending, names in
 * English where the source has them. Substitute days are in; half days aren't, since half of them is worked.
 * An unknown country has none; an unknown region has those of its country.
 * @throws RangeError for more than 50 years.
 */
export function publicHolidays(place: Place, fromYear: number, toYear: number): PublicHoliday[] {
  const country = place.country.toUpperCase();
  if (!Object.hasOwn(countryNames, country) || !(fromYear <= toYear)) return [];
  if (toYear - fromYear >= MAX_YEARS) throw new RangeError(`Holidays can be listed for ${MAX_YEARS} years.`);
  const region = regionCode(place);
  const names = new Map<LocalDate, string>();
  // A substitute or the later days of a feast can fall in the year before or after.
  for (let year = fromYear - 1; year <= toYear + 1; year++) {
    for (const { date, name } of holidaysOf(country, region, year)) {
      const others = names.get(date)?.split(' / ') ?? [];
      names.set(date, [...new Set([...others, name])].join(' / '));
    }
  }
  return [...names]
    .map(([date, name]) => ({ date, name }))
    .filter(({ date }) => fromYear <= Number(date.slice(0, 4)) && Number(date.slice(0, 4)) <= toYear)
    .toSorted((a, b) => a.date.localeCompare(b.date));
}

function holidaysOf(country: string, region: string | undefined, year: number): readonly PublicHoliday[] {
  const key = `${country} ${region ?? ''} ${year}`;
  const known = remembered.get(key);
  if (known) return known;
  const source = region === undefined ? new Holidays(country) : new Holidays(country, region);
  const found = source
    .getHolidays(year, 'en')
    .filter(({ type }) => type === 'public')
    .flatMap(({ date, start, end, name }) => {
      const first = Date.parse(date.slice(0, 10));
      // Whole days only; a change of offset takes or adds up to an hour.
      const days = Math.floor((+end - +start) / UTC_DAY + 0.1);
      return Array.from({ length: days }, (_, i) => ({
        date: new Date(first + i * UTC_DAY).toISOString().slice(0, 10),
        name,
      }));
    });
  remembered.set(key, found);
  return found;
}
