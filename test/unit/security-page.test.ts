import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/security.md', root), 'utf8');
const [, table = ''] = /<!-- threats -->\n([^]*?)<!-- \/threats -->/.exec(page) ?? [];
const rows = table.trim().split('\n').slice(2);

/** The tests that a row names, as a file and a title. */
const named = (row: string) =>
  [...row.matchAll(/`((?:unit|integration|browser|chaos)\/[\w-]+)` “([^”]+)”/g)].map(
    ([, file = '', title = '']) => ({ file, title }),
  );

describe('docs/security.md', () => {
  it('names a test for every threat', () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => named(row).length === 0)).toEqual([]);
  });

  it.each(rows.flatMap(named))('$file has “$title”', ({ file, title }) => {
    const at = new URL(`test/${file}.test.ts`, root);
    expect(existsSync(at)).toBe(true);
    const titles = [...readFileSync(at, 'utf8').matchAll(/(['`])((?:(?!\1).)+)\1/g)].map(
      ([, , text]) => text,
    );
    expect(titles).toContain(title);
  });
});
