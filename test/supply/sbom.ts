import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Component } from './licences.ts';

/** What CycloneDX 1.5 demands of a bill of materials, as far as npm writes it (cyclonedx.org/schema/bom-1.5.schema.json). */
export const Sbom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.5'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u),
  version: z.int().min(1),
  metadata: z.looseObject({
    component: z.looseObject({ name: z.string(), version: z.string(), 'bom-ref': z.string() }),
  }),
  components: z.array(z.looseObject(Component.shape)),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});
export type Sbom = z.infer<typeof Sbom>;

const root = path.resolve(import.meta.dirname, '../..');

const Raw = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(z.looseObject({ 'bom-ref': z.string() })),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
const Locked = z.object({
  version: z.string(),
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
});
const Lock = z.object({ name: z.string(), packages: z.record(z.string(), z.looseObject({})) });

/** What is locked for production, as `name@version`, and whether it may be left out on a machine that can't use it. */
export function lockedForProduction(): Map<string, { isOptional: boolean }> {
  const { packages } = lock();
  const found = new Map<string, { isOptional: boolean }>();
  for (const [where, what] of Object.entries(packages)) {
    const name = where.split('node_modules/').at(-1) ?? '';
    const { version, dev, optional } =
      name === '' ? { version: '', dev: true, optional: false } : Locked.parse(what);
    if (!dev) {
      found.set(`${name}@${version}`, { isOptional: optional });
    }
  }
  return found;
}

/**
 * The bill of materials of what runs in production, by npm, without a network. npm 11 leaves out with `--omit dev` what
 * development uses as well, `pg` for one, so it is asked for everything, and the lockfile says what stays. The same
 * packages give the same bytes: no time, a number made of its content, the package's own name, everything in order.
 * @throws when npm can't make it, or something that is locked isn't installed
 */
export function makeSbom(): Sbom {
  const made = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
  });
  if (made.status !== 0) {
    throw new Error(`npm sbom failed:\n${made.stderr}`);
  }
  const raw = Raw.parse(JSON.parse(made.stdout));
  const locked = lockedForProduction();
  const components = raw.components.filter((one) => locked.has(one['bom-ref']));
  const refs = new Set([raw.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const missing = [...locked].flatMap(([ref, { isOptional }]) => (isOptional || refs.has(ref) ? [] : [ref]));
  if (missing.length > 0) {
    throw new Error(`Locked, and not installed: ${missing.join(', ')}. Run npm ci.`);
  }
  const { timestamp: _, ...metadata } = raw.metadata;
  const whole = {
    ...raw,
    // npm puts the name of the directory there.
    metadata: { ...metadata, component: { ...raw.metadata.component, name: lock().name } },
    components: components.toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
    dependencies: raw.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)).toSorted() }))
      .toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
  return Sbom.parse({ ...whole, serialNumber: numberOf({ ...whole, serialNumber: null }) });
}

function lock(): z.infer<typeof Lock> {
  return Lock.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));
}

/** A UUID of version 8: made of what it stands for. */
function numberOf(content: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
