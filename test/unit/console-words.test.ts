import { describe, expect, test } from 'vitest';
import { type Address, readAddress, writeAddress } from '../../adapters/web/client/address.ts';
import { commandHints } from '../../adapters/web/client/command-hints.ts';
import { cutText } from '../../adapters/web/client/cut-text.ts';
import { markText } from '../../adapters/web/client/marked-text.ts';
import { agoWords, alsoWords, momentWords, nearWords } from '../../adapters/web/client/moment-words.ts';
import { heard } from '../../adapters/web/heard.ts';

describe('an address', () => {
  test.each<[string, Address]>([
    ['/', { view: { view: 'home' }, as: null }],
    ['/board?as=m1', { view: { view: 'board' }, as: 'm1' }],
    ['/r/care?as=m1', { view: { view: 'room', room: 'care' }, as: 'm1' }],
    ['/r/dm:m1?as=m1', { view: { view: 'room', room: 'dm:m1' }, as: 'm1' }],
    ['/r/care/t/a%2Fb?as=m1', { view: { view: 'thread', room: 'care', rootId: 'a/b' }, as: 'm1' }],
  ])('%s is read and written the same', (written, address) => {
    const [path = '', query = ''] = written.split('?');
    expect(readAddress(path, query)).toEqual(address);
    expect(writeAddress(address)).toBe(written);
  });

  test.each(['/nothing', '/board/more', '/r', '/r/'])('%s is nothing of ours: home', (path) => {
    expect(readAddress(path, '').view).toEqual({ view: 'home' });
  });

  test('a stray % is taken as it stands', () => {
    expect(readAddress('/r/100%', '').view).toEqual({ view: 'room', room: '100%' });
  });
});

describe('a text that is cut', () => {
  const family = '👩‍👩‍👧‍👦';
  test.each([
    ['short enough', 'short enough', 20, 3, null],
    ['at a word', 'one two three four five', 16, 3, 'one two three'],
    ['in the middle of a word where none is near', 'x'.repeat(50), 10, 3, 'x'.repeat(10)],
    ['never in the middle of a character', `abcdefgh${family}`, 12, 3, 'abcdefgh'],
    ['by its lines', 'a\nb\nc\nd', 100, 2, 'a\nb'],
    ['not for blank lines at its end', 'a\nb\n\n\n', 100, 2, null],
  ])('%s', (_name, text, chars, lines, cut) => {
    expect(cutText(text, chars, lines)).toBe(cut);
  });
});

describe('a draft with marks', () => {
  const words = (text: string, ...marks: string[]) =>
    markText(
      text,
      marks.map((mark) => ({ words: mark })),
    ).map(({ text: part, mark }) => [part, mark]);
  test.each([
    ['none', words('all fine'), [['all fine', null]]],
    [
      'in their order',
      words('a bad b', 'b', 'bad'),
      [
        ['a ', null],
        ['b', 1],
        ['ad b', null],
      ],
    ],
    [
      'whatever the case',
      words('Sadly no', 'sadly'),
      [
        ['Sadly', 1],
        [' no', null],
      ],
    ],
    ['that don’t occur', words('fine', 'rude', ''), [['fine', null]]],
    ['where lower case is longer', words('İ Sadly', 'sadly'), [['İ Sadly', null]]],
  ])('%s', (_name, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('times in words', () => {
  const now = Date.UTC(2026, 2, 5, 14, 0);
  const minute = 60_000;
  test.each([
    [12 * minute + 30_000, 'in 12 min'],
    [90_000, 'in 1 min 30 s'],
    [400, 'now'],
    [-400, 'now'],
    [-30_000, 'just now'],
    [-90_000, '1 min ago'],
    [-3 * minute, '3 min ago'],
    [60 * minute, null],
  ])('%i ms from now', (away, words) => {
    expect(nearWords(now + away, now)).toBe(words);
  });

  test('in the reader’s zone, and beside it in the other', () => {
    const at = now + 30 * minute;
    expect(momentWords(at, 'Europe/Madrid', now)).toBe('today 15:30 (in 30 min)');
    const nepal = { zone: 'Asia/Kathmandu', label: 'for Acme' };
    expect(alsoWords(at, 'Europe/Madrid', nepal, now)).toBe('20:15 for Acme');
    expect(alsoWords(at, 'Europe/Madrid', { zone: 'Asia/Tokyo', label: '' }, now)).toBe('23:30 Tokyo, GMT+9');
    expect(
      alsoWords(now + 90 * minute, 'Europe/Madrid', { zone: 'Asia/Tokyo', label: 'for Acme' }, now),
    ).toBe('Fri 00:30 for Acme');
    expect(alsoWords(at, 'Europe/Madrid', { zone: 'Europe/Berlin', label: 'for Acme' }, now)).toBeNull();
  });

  test.each([
    [20_000, 'just now'],
    [5 * minute, '5 min ago'],
    [125 * minute, '2 h ago'],
    [50 * 60 * minute, '2 days ago'],
  ])('%i ms ago', (ago, words) => {
    expect(agoWords(now - ago, now)).toBe(words);
  });
});

describe('command hints', () => {
  const lines = (typed: string) => commandHints(typed).map(({ line }) => line);
  test('all of them for a slash, none for other words', () => {
    expect(lines('/')).toContain('/care at risk');
    expect(lines('hello')).toEqual([]);
    expect(lines('/care Acme is down')).toEqual([]);
  });
  test('those that begin so, until nothing is left to complete', () => {
    expect(lines('/CARE  a')).toEqual(['/care at risk', '/care away until ']);
    expect(lines('/care mine')).toEqual([]);
  });
});

describe('what Kept hears', () => {
  const channel = { dm: false, caseThread: false };
  const thread = { dm: false, caseThread: true };
  const dm = { dm: true, caseThread: false };
  const posted = { post: true, command: null, said: false };
  test.each([
    ['/care', channel, { post: false, command: '', said: false }],
    ['  /Care Acme is\ndown ', channel, { post: false, command: 'Acme is\ndown', said: false }],
    ['/careful now', channel, posted],
    ['/etc/hosts is wrong', channel, posted],
    ['Hello', channel, posted],
    ['Hello', thread, { post: true, command: null, said: true }],
    ['/care list', thread, { post: false, command: 'list', said: false }],
    ['@Kept list', channel, { post: true, command: 'list', said: false }],
    [
      'Export is down, @kept, at Acme',
      thread,
      { post: true, command: 'Export is down, at Acme', said: true },
    ],
    ['Write to me@kept.example or @keptness', channel, posted],
    ['mine', dm, { post: true, command: 'mine', said: false }],
    ['Care packages are lost', dm, { post: true, command: 'Care packages are lost', said: false }],
    ['On it', { dm: true, caseThread: true }, { post: true, command: null, said: true }],
  ])('in %j', (text, where, expected) => {
    expect(heard(text, where)).toEqual(expected);
  });

  test('with a gap of 39,000 blanks, at once', () => {
    const begun = performance.now();
    expect(heard(`x${' '.repeat(39_000)}y`, channel)).toEqual(posted);
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
