import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';

/** In CI all of it, on the way there a fifth: seconds. */
const USUAL = process.env['KEPT_TEST_ALL'] === '1' ? 1 : 0.2;
const asked = Number(process.env['KEPT_FUZZ_RUNS'] ?? Number.NaN);
const FACTOR = Number.isFinite(asked) && asked > 0 ? asked : USUAL;

/** How often a property is tried: so many times, `KEPT_FUZZ_RUNS` times as many, or a fifth outside of CI. */
export function runs(usual: number): number {
  return Math.ceil(usual * FACTOR);
}

/** Checks a property; what fails is printed with its seed and path, with which `fc.assert` tries it again. */
export function holds<T>(of: fc.Arbitrary<T>, usual: number, property: (value: T) => void): void {
  fc.assert(
    fc.property(of, (value) => {
      property(value);
    }),
    { numRuns: runs(usual) },
  );
}

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Names that every object has already, and others that programs trip over. */
export const oddKeys = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  '',
  '0',
  'type',
  'v',
  'kept',
  'a.b',
  '\0',
  '\u{1F600}',
);

/** Texts that break what isn't made for them. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 30,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\0',
      'a\0b',
      '\ud800',
      'x\udc00y',
      '\u202Eevil\u202C',
      '\u200b',
      'אבג ١٢٣',
      '👩‍👩‍👧‍👦',
      '__proto__',
      'constructor',
      'null',
      'undefined',
      'NaN',
      '-0',
      '1e999',
      '-1',
      '9007199254740993',
      '0x10',
      '1,5',
      'true',
      '[object Object]',
      '{}',
      '[]',
      '{"v":1}',
      '{"v":1,"do":"act"}',
      '{"__proto__":{"a":1}}',
      'https://[::1',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'http://127.0.0.1:1/',
      'a\r\nSet-Cookie: a=b',
      "'; drop table kept.workspace; --",
      '%00%ff',
      '<!channel>',
      '<@U1>',
      '<script>alert(1)</script>',
      '=1+1',
      'tomorrow 3pm',
      'in 2 hours',
      '9999-12-31T23:59:59Z',
      '0000-00-00',
      'yes',
      'new:Acme',
      'new:',
      '00000000-0000-4000-8000-000000000001',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(20_000), '\n'.repeat(5_000), '🙂'.repeat(3_000)) },
);

/** Any value that JSON can say, and of the wrong kind most of the time. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: oddText },
  {
    weight: 8,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -0,
      -1,
      1.5,
      1e308,
      -1e308,
      2 ** 53 + 2,
      253_402_300_800,
      [],
      {},
      [null],
      [[]],
      { length: 1e9 },
      { length: { toString: 1, valueOf: 1 } },
      { size: { toString: 1, valueOf: 1 } },
      { toString: 1 },
      // oxlint-disable-next-line unicorn/no-thenable -- what comes in may have one
      Object.fromEntries([['then', 1]]),
      { value: {} },
    ),
  },
  { weight: 2, arbitrary: fc.dictionary(oddKeys, oddText, { maxKeys: 3, noNullPrototype: true }) },
  { weight: 2, arbitrary: fc.array(oddText, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(nested(60), nested(400)) },
);

/** Any JSON at all. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddValue },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

type Edit = {
  at: number;
  how: 'put' | 'drop' | 'twice' | 'wrap' | 'name' | 'in';
  value: unknown;
  key: string;
};
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom('put', 'put', 'put', 'drop', 'twice', 'wrap', 'name', 'in'),
  value: oddValue,
  key: oddKeys,
});

/** Something that was recorded, with a few places in it made wrong; JSON within its texts as well. */
export function mutated(recorded: readonly unknown[], most = 4): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...recorded), fc.array(edit, { minLength: 1, maxLength: most }))
    .map(([one, edits]) => edits.reduce(changed, one));
}

/** Every payload that was recorded of a platform. */
export function fixtures(platform: 'slack' | 'teams'): unknown[] {
  const dir = path.join(import.meta.dirname, '../fixtures', platform);
  return readdirSync(dir).map((name): unknown => JSON.parse(readFileSync(path.join(dir, name), 'utf8')));
}

/** The same value with one place of it changed. Nothing of the old one is written to. */
function changed(value: unknown, { at, how, value: put, key }: Edit): unknown {
  const places = countOf(value);
  let left = at % places;
  const walk = (node: unknown): unknown => {
    if (left < 0) return node;
    left -= 1;
    if (left === -1) return made(node);
    if (Array.isArray(node)) return node.map(walk).filter((inner) => inner !== undefined);
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(
        Object.entries(node)
          .map(([name, inner]) => [name, walk(inner)])
          .filter(([, inner]) => inner !== undefined),
      );
    }
    return node;
  };
  const made = (node: unknown): unknown => {
    switch (how) {
      case 'put':
        return put;
      case 'drop':
        return undefined;
      case 'twice':
        return [node, node];
      case 'wrap':
        return { [key]: node };
      case 'name':
        return typeof node === 'object' && node !== null && !Array.isArray(node)
          ? Object.fromEntries([...Object.entries(node), [key, put]])
          : put;
      case 'in': {
        const inner = typeof node === 'string' ? parsed(node) : null;
        return inner === null
          ? put
          : JSON.stringify(changed(inner, { at: at >> 3, how: 'put', value: put, key }));
      }
    }
  };
  return walk(value) ?? null;
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + countOf(inner), 1);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countOf(inner), 1);
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
