import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownKey } from '../../src/store/own-key.ts';
import { createSeal } from '../../src/store/seal.ts';

const newKey = () => randomBytes(32).toString('base64');
const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('a seal', () => {
  const key = newKey();
  const seal = createSeal([key]);
  const secret = 'xoxb-not-a-real-one';

  it('opens what it sealed, and shows none of it before', () => {
    const sealed = seal.seal(secret, 'T1');
    expect(sealed).toMatch(/^v1(?:\.[\w-]+){4}$/u);
    expect(sealed).not.toContain('xoxb');
    expect(Buffer.from(sealed.split('.')[4] ?? '', 'base64url').toString()).not.toContain('xoxb');
    expect(seal.open(sealed, 'T1')).toBe(secret);
  });

  it('seals the same secret differently each time', () => {
    expect(seal.seal(secret, 'T1')).not.toBe(seal.seal(secret, 'T1'));
  });

  it.each([
    ['what Unicode has', 'Grüße, 東京 👋🏽'],
    ['nothing', ''],
    ['much', 'x'.repeat(100_000)],
  ])('keeps %s whole', (_what, text) => {
    expect(seal.open(seal.seal(text, 'T1'), 'T1')).toBe(text);
  });

  it('doesn’t open in another place', () => {
    expect(() => seal.open(seal.seal(secret, 'T1'), 'T2')).toThrow('belongs to another place');
  });

  it.each([2, 3, 4])('doesn’t open when part %i was changed', (part) => {
    const parts = seal.seal(secret, 'T1').split('.');
    const bytes = Buffer.from(parts[part] ?? '', 'base64url');
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    parts[part] = bytes.toString('base64url');
    expect(() => seal.open(parts.join('.'), 'T1')).toThrow('was changed');
  });

  it('doesn’t take a shortened tag for a good one', () => {
    const parts = seal.seal(secret, 'T1').split('.');
    parts[3] = Buffer.from(parts[3] ?? '', 'base64url')
      .subarray(0, 4)
      .toString('base64url');
    expect(() => seal.open(parts.join('.'), 'T1')).toThrow('was changed');
  });

  it.each(['', 'v1', 'v2.a.b.c.d', 'v1.a.b.c', 'v1.a.b.c.d.e', secret])(
    'says what isn’t sealed: “%s”',
    (text) => {
      expect(() => seal.open(text, 'T1')).toThrow('isn’t in a form that this version reads');
    },
  );

  it('reads what an old key sealed, and seals with the new one', () => {
    const old = seal.seal(secret, 'T1');
    const rotated = createSeal([newKey(), key]);
    expect(rotated.open(old, 'T1')).toBe(secret);
    expect(rotated.isCurrent(old)).toBe(false);
    const anew = rotated.seal(secret, 'T1');
    expect(rotated.isCurrent(anew)).toBe(true);
    expect(() => seal.open(anew, 'T1')).toThrow('isn’t among the keys given');
  });

  it.each([
    ['none', []],
    ['one too short', [randomBytes(16).toString('base64')]],
    ['one that isn’t base64', ['correct horse battery staple, 32b']],
    ['a bad one after a good one', [key, `${key}AAAA`]],
  ])('wants keys of 32 bytes: %s', (_what, keys) => {
    expect(() => createSeal(keys)).toThrow(/encryption key/iu);
  });

  it('never says a secret or a key when something is wrong', () => {
    const said = [
      () => createSeal([`${key}AAAA`]),
      () => createSeal([newKey()]).open(seal.seal(secret, 'T1'), 'T1'),
      () => seal.open(secret, 'T1'),
      () => seal.open(seal.seal(secret, 'T1'), 'T2'),
    ].map((wrong) => {
      try {
        wrong();
        return '';
      } catch (error) {
        return error instanceof Error ? `${error.stack} ${String(error.cause)}` : '';
      }
    });
    expect(said).not.toContain('');
    for (const words of said) {
      expect(words).not.toContain(key);
      expect(words).not.toContain(secret);
    }
  });
});

describe('the key of a data directory', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'kept-key-'));
    file = path.join(dir, 'encryption-key');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is made once, for this user alone, and is the same ever after', async () => {
    const key = await ownKey(dir, silent);
    expect(createSeal([key]).open(createSeal([key]).seal('x', 'T1'), 'T1')).toBe('x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await ownKey(dir, silent)).toBe(key);
    expect(readdirSync(dir)).toEqual(['encryption-key']);
  });

  it('is one and the same for all who ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => ownKey(dir, silent)));
    expect(new Set(keys).size).toBe(1);
    expect(readdirSync(dir)).toEqual(['encryption-key']);
  });

  it('is closed to others who could read it, and that is said', async () => {
    const key = await ownKey(dir, silent);
    chmodSync(file, 0o644);
    const warnings: unknown[] = [];
    const log = { ...silent, warn: (...said: unknown[]) => void warnings.push(said) };
    expect(await ownKey(dir, log)).toBe(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain(key);
  });

  it('is never written over, also when it is no key', async () => {
    writeFileSync(file, 'half a k', { mode: 0o600 });
    await expect(ownKey(dir, silent)).rejects.toThrow(`${file} doesn’t hold an encryption key`);
    expect(readFileSync(file, 'utf8')).toBe('half a k');
  });
});
