import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countries, isKnownPlace, publicHolidays, regions } from '../../src/domain/holidays.ts';
import { LocalDate } from '../../src/domain/instant.ts';

function dates(country: string, region: string | null, year: number): string[] {
  return publicHolidays({ country, region }, year, year).map(({ date }) => date);
}

describe('publicHolidays', () => {
  test('knows Germany, and Berlin within it', () => {
    expect(publicHolidays({ country: 'DE' }, 2026, 2026)).toContainEqual({
      date: '2026-04-03',
      name: 'Good Friday',
    });
    expect(dates('DE', null, 2026)).not.toContain('2026-03-08');
    expect(dates('DE', 'BE', 2026)).toContain('2026-03-08');
    expect(dates('de', 'be', 2026)).toEqual(dates('DE', 'BE', 2026));
  });

  test('has substitute days', () => {
    expect(dates('GB', 'ENG', 2026)).toContain('2026-12-28');
    expect(dates('GB', 'ENG', 2027)).toContain('2027-12-28');
  });

  test('has every day of a feast, and the first of January in the year it falls', () => {
    expect(dates('TR', null, 2026)).toEqual(
      expect.arrayContaining(['2026-03-20', '2026-03-21', '2026-03-22', '2026-05-30']),
    );
    expect(dates('US', null, 2027)[0]).toBe('2027-01-01');
  });

  test('leaves out half days and days that are not public', () => {
    expect(dates('IS', null, 2026)).not.toContain('2026-12-24');
    expect(dates('DE', 'BE', 2026)).not.toContain('2026-12-24');
  });

  test('an unknown country has none, an unknown region those of its country', () => {
    for (const country of ['XX', '', 'toString', '__proto__']) {
      expect(publicHolidays({ country }, 2026, 2027)).toEqual([]);
    }
    expect(dates('DE', 'ZZ', 2026)).toEqual(dates('DE', null, 2026));
  });

  test('lists nothing for years in the wrong order, and refuses a century', () => {
    expect(publicHolidays({ country: 'DE' }, 2027, 2026)).toEqual([]);
    expect(() => publicHolidays({ country: 'DE' }, 2000, 2099)).toThrow(RangeError);
  });

  test('anywhere: one row a date, ascending, within the years asked for', () => {
    const codes = countries().map(({ code }) => code);
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.integer({ min: 2024, max: 2032 }), (country, year) => {
        const found = dates(country, null, year);
        expect(found).toEqual([...new Set(found)].toSorted());
        for (const date of found) {
          expect(LocalDate.safeParse(date).success).toBe(true);
          expect(date.slice(0, 4)).toBe(String(year));
        }
        const both = publicHolidays({ country }, year, year + 1).map(({ date }) => date);
        expect(both).toEqual([...found, ...dates(country, null, year + 1)]);
      }),
      { numRuns: 20 },
    );
  });
});

test.each([
  [{ country: 'DE' }, true],
  [{ country: 'de', region: 'by' }, true],
  [{ country: 'DE', region: null }, true],
  [{ country: 'DE', region: '' }, true],
  [{ country: 'DE', region: 'ZZ' }, false],
  [{ country: 'XX' }, false],
  [{ country: 'constructor' }, false],
])('%j is known: %s', (place, known) => {
  expect(isKnownPlace(place)).toBe(known);
});

test('countries and regions come by name for a form', () => {
  expect(countries().length).toBeGreaterThan(150);
  expect(countries()).toContainEqual({ code: 'DE', name: 'Germany' });
  expect(regions('DE')).toContainEqual({ code: 'BE', name: 'Berlin' });
  expect(regions('XX')).toEqual([]);
});
