import { describe, expect, it } from 'vitest';
import { advisoriesIn } from '../supply/advisories.ts';
import { type Component, listed } from '../supply/licences.ts';
import { lockedForProduction, makeSbom } from '../supply/sbom.ts';

const component = (name: string, licenses: Component['licenses']): Component => ({
  name,
  version: '1.0.0',
  purl: `pkg:npm/${name}@1.0.0`,
  'bom-ref': `${name}@1.0.0`,
  licenses,
});

describe('what Kept is made of', () => {
  it('every package of production is listed, under a licence that is let in; the list is the same each time', {
    timeout: 120_000,
  }, () => {
    const sbom = makeSbom();
    const refs = new Set(sbom.components.map((one) => one['bom-ref']));
    // npm's own list without development leaves these out.
    for (const name of ['pg', 'jose', 'zod', 'hono', 'bullmq', 'botbuilder']) {
      expect([...refs].some((ref) => ref.startsWith(`${name}@`))).toBe(true);
    }
    expect(refs.size).toBeGreaterThan(200);
    expect([...refs].filter((ref) => !lockedForProduction().has(ref))).toEqual([]);
    expect([...refs].some((ref) => /^(?:vitest|typescript|fast-check)@/.test(ref))).toBe(false);
    expect(sbom.components.map(listed).filter(({ verdict }) => verdict === 'outside')).toEqual([]);
    // Every reference leads somewhere, as CycloneDX demands.
    const all = new Set([sbom.metadata.component['bom-ref'], ...refs]);
    expect(
      sbom.dependencies
        .flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn])
        .filter((ref) => !all.has(ref)),
    ).toEqual([]);
    expect(sbom.metadata.component.name).toBe('kept');
    expect(JSON.stringify(makeSbom())).toBe(JSON.stringify(sbom));
  });

  it.each<[string, Component['licenses'], string]>([
    ['a', [{ license: { id: 'MIT' } }], 'allowed'],
    ['a', [{ expression: '(MIT OR GPL-3.0-only)' }], 'allowed'],
    ['a', [{ expression: 'MIT AND GPL-3.0-only' }], 'outside'],
    ['a', [{ expression: '(MIT OR (GPL-3.0-only AND ISC))' }], 'outside'],
    ['a', [{ license: { id: 'AGPL-3.0-only' } }], 'outside'],
    ['a', [{ license: { name: 'SEE LICENSE IN LICENSE' } }], 'outside'],
    ['a', [], 'outside'],
    ['argparse', [{ license: { id: 'PSF-2.0' } }], 'excepted'],
    ['argparse', [{ license: { id: 'GPL-3.0-only' } }], 'outside'],
    ['another', [{ license: { id: 'PSF-2.0' } }], 'outside'],
  ])('%s under %j is %s', (name, licenses, verdict) => {
    expect(listed(component(name, licenses)).verdict).toBe(verdict);
  });

  it('nobody to ask is no “none”', () => {
    expect(advisoriesIn('{"message":"405 Method Not Allowed"}')).toEqual({
      are: 'unknown',
      why: '405 Method Not Allowed',
    });
    expect(advisoriesIn('')).toMatchObject({ are: 'unknown' });
    expect(advisoriesIn('{"vulnerabilities":{}}')).toEqual({ are: 'known', found: [] });
    const bad = { name: 'a', severity: 'high', range: '<2', fixAvailable: true };
    expect(advisoriesIn(JSON.stringify({ vulnerabilities: { a: bad } }))).toMatchObject({
      are: 'known',
      found: [bad],
    });
  });
});
