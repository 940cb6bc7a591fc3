import { describe, expect, test } from 'vitest';
import { placeLine, readPlace, readZone } from '../../src/conversation/forms/place-line.ts';
import { quietLine, readQuiet, readWeek, weekLine } from '../../src/conversation/forms/week-line.ts';

describe('working hours in a line', () => {
  test.each([
    ['09:00–17:30', '09:00–17:30'],
    ['9-17', '09:00–17:00'],
    ['9:00 to 17:30', '09:00–17:30'],
    ['09.00 — 12.00, 13.00–17.00', '09:00–12:00, 13:00–17:00'],
    ['Mon–Thu 09:00–17:30; Fri 09:00–15:00', 'Mon–Thu 09:00–17:30; Fri 09:00–15:00'],
    ['monday-thursday: 9-17; sa 10-14', 'Mon–Thu 09:00–17:00; Sat 10:00–14:00'],
    ['Mon, Wed 9-12', 'Mon 09:00–12:00; Wed 09:00–12:00'],
    ['Mon-Sun 0-24', 'Mon–Sun 00:00–24:00'],
    ['Mon-Fri 8-16', '08:00–16:00'],
    ['Sun 8-16', 'Sun 08:00–16:00'],
  ])('“%s” is read as “%s”, and that again', (said, shown) => {
    const week = readWeek(said);
    expect(week && weekLine(week)).toBe(shown);
    expect(readWeek(shown)).toEqual(week);
  });

  test.each([
    '',
    ' ; ',
    'always',
    '17:30–09:00',
    '9–25',
    '9:75–17',
    '9',
    '9-12-17',
    '09:00–12:00, 11:00–17:00',
    'Fri–Mon 9–17',
    'Xyz 9–17',
    'Mon 9–17; Mon 18–20',
    'Mon',
    '9–17;;Tue',
    '<!channel>',
  ])('“%s” can’t be', (said) => {
    expect(readWeek(said)).toBeNull();
  });
});

describe('quiet hours in a line', () => {
  test.each([
    ['20:00–07:00', '20:00–07:00'],
    ['22 to 6', '22:00–06:00'],
    ['12:00-13:00', '12:00–13:00'],
  ])('“%s”', (said, shown) => {
    const quiet = readQuiet(said);
    expect(quiet && quietLine(quiet)).toBe(shown);
  });

  test.each(['', '20:00', '20:00–20:00', '20–24', 'at night', 'Mon 20–7'])('“%s” can’t be', (said) => {
    expect(readQuiet(said)).toBeNull();
  });
});

describe('where holidays are taken from', () => {
  test.each([
    ['', null, null, ''],
    ['Germany', 'DE', null, 'Germany'],
    ['de', 'DE', null, 'Germany'],
    [' germany , bayern ', 'DE', 'BY', 'Germany, Bayern'],
    ['DE-BY', 'DE', 'BY', 'Germany, Bayern'],
    ['US, California', 'US', 'CA', 'United States of America, California'],
  ])('“%s”', (said, country, region, shown) => {
    expect(readPlace(said)).toEqual({ ok: true, place: { country, region } });
    expect(placeLine({ country, region })).toBe(shown);
  });

  test.each([
    ['Germania', 'Germany'],
    ['Germany, Bayreuth', 'Germany, Bayern'],
  ])('“%s” is answered with “%s”', (said, near) => {
    expect(readPlace(said)).toMatchObject({ ok: false, near: expect.arrayContaining([near]) });
  });

  test('what is like nothing is answered with nothing', () => {
    expect(readPlace('Qqqqq')).toEqual({ ok: false, near: [] });
  });
});

describe('a time zone', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Berlin', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
    ['UTC', 'UTC'],
    ['Nowhere', null],
    ['', null],
  ])('“%s” is %s', (said, zone) => {
    expect(readZone(said)).toBe(zone);
  });
});
