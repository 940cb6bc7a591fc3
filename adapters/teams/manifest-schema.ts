import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

const Versioned = z.object({ manifestVersion: z.string().regex(/^[\d.]+$/u) });

/**
 * What Microsoft's schema of the manifest's own version has against it, a sentence each; null where it isn't at hand:
 * it comes with the development dependencies, which packing does without.
 */
export async function schemaFaults(manifest: unknown): Promise<string[] | null> {
  const { manifestVersion } = Versioned.parse(manifest);
  const schemas = directoryOf('@microsoft/app-manifest');
  if (schemas === null || directoryOf('ajv-draft-04') === null) {
    return null;
  }
  const file = path.join(schemas, 'build/json-schemas/teams', `v${manifestVersion}`, SCHEMA);
  const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')));
  const { default: ajv } = await import('ajv-draft-04');
  const check = new ajv.default({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  return check(manifest)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'It'} ${message ?? ''}`);
}

const SCHEMA = 'MicrosoftTeams.schema.json';

function directoryOf(name: string): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}
