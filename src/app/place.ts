import { z } from 'zod';
import { isKnownPlace } from '../domain/holidays.ts';
import type { Zone } from '../domain/instant.ts';

/** By country, its currency (ISO 3166 and ISO 4217), as far as teams are likely to come from there. */
const CURRENCIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'AT',
      'BE',
      'DE',
      'EE',
      'ES',
      'FI',
      'FR',
      'GR',
      'HR',
      'IE',
      'IT',
      'LT',
      'LU',
      'LV',
      'MT',
      'NL',
      'PT',
      'SI',
      'SK',
    ].map((country) => [country, 'EUR']),
  ),
  AE: 'AED',
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  CZ: 'CZK',
  DK: 'DKK',
  GB: 'GBP',
  HU: 'HUF',
  IL: 'ILS',
  IN: 'INR',
  JP: 'JPY',
  KR: 'KRW',
  MX: 'MXN',
  NO: 'NOK',
  NZ: 'NZD',
  PL: 'PLN',
  RO: 'RON',
  SE: 'SEK',
  SG: 'SGD',
  US: 'USD',
  ZA: 'ZAR',
};

/**
 * Where a team is, by one of its people. Many speak American English to Slack who aren't there, so a language's
 * country counts only if their clock is of that country; else none, and a team's own setting says it.
 */
export function placeOf(locale: string | null, zone: Zone): { country: string | null; currency: string } {
  const country = countryOf(locale);
  const name = canonical(zone);
  const hasZone = (code: string) => zonesOf(code).some((one) => canonical(one) === name);
  const known = country !== null && isKnownPlace({ country }) && hasZone(country);
  const clocks = Object.keys(CURRENCIES).filter(hasZone);
  const [only] = clocks.length === 1 ? clocks : [];
  const here = known ? country : (only ?? null);
  const fallback = zone.startsWith('Europe/') ? 'EUR' : 'USD';
  return { country: here, currency: (here === null ? null : CURRENCIES[here]) ?? fallback };
}

function countryOf(locale: string | null): string | null {
  try {
    return locale === null ? null : (new Intl.Locale(locale).region ?? null);
  } catch {
    return null;
  }
}

/** The zones of a country, as Intl knows them: newer Nodes by a method, older ones by a property. */
function zonesOf(country: string): Zone[] {
  const locale = new Intl.Locale('und', { region: country });
  const method: unknown = Reflect.get(locale, 'getTimeZones');
  const zones: unknown =
    typeof method === 'function' ? Reflect.apply(method, locale, []) : Reflect.get(locale, 'timeZones');
  return z.array(z.string()).catch([]).parse(zones);
}

/** The one name of a zone that has had several, as Asia/Calcutta and Asia/Kolkata. */
function canonical(zone: Zone): string {
  return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
}
