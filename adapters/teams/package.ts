import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { z } from 'zod';

/** What the manifest is filled in with; null or empty: it isn't set. */
export type PackageParts = {
  appId: string | null;
  publicUrl: string | null;
  /** A managed identity has no app registration that could be signed in to: no tab then. */
  isManagedIdentity: boolean;
  /** Of Kept. Teams takes a package as newer by it. */
  version: string;
  /** Where the template and the icons lie. */
  directory: string;
};

export type Packed =
  | { ok: true; zip: Uint8Array; manifest: Record<string, unknown> }
  /** Sentences for whoever makes the package. */
  | { ok: false; missing: string[] };

const Manifest = z.record(z.string(), z.unknown());
const ICONS = ['color.png', 'outline.png'];

/** The app package that Teams is given: the manifest with the ids filled in, and the icons. */
export async function packageOf(parts: PackageParts): Promise<Packed> {
  const { version, directory, isManagedIdentity } = parts;
  const appId = z.guid().safeParse(parts.appId);
  const host = hostOf(parts.publicUrl ?? '');
  if (!appId.success || !host.ok) {
    return { ok: false, missing: [...(appId.success ? [] : [NO_APP_ID]), ...(host.ok ? [] : [host.why])] };
  }
  const filled = {
    APP_ID: appId.data.toLowerCase(),
    HOST: host.host,
    PUBLIC_URL: `https://${host.host}`,
    VERSION: version,
  };
  const template = await readFile(path.join(directory, 'manifest.json'), 'utf8');
  const whole = Manifest.parse(JSON.parse(fill(template, filled)));
  const { staticTabs: _, ...withoutTab } = whole;
  const manifest = isManagedIdentity ? withoutTab : whole;
  const icons = await Promise.all(
    ICONS.map(async (name) => [name, await readFile(path.join(directory, name))] as const),
  );
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  // Always the same time: the same files make the same bytes, whenever it is.
  const zip = zipSync({ 'manifest.json': text, ...Object.fromEntries(icons) }, { mtime: EPOCH });
  return { ok: true, zip, manifest };
}

/** The first day that an archive can name. */
const EPOCH = '1980-01-01T00:00:00';

const NO_APP_ID =
  'MICROSOFT_APP_ID must be set to the Microsoft App ID of the Azure bot (Configuration), like MICROSOFT_APP_ID=00000000-0000-0000-0000-000000000001';
const NO_URL =
  'PUBLIC_URL must be set to the https address that Teams reaches Kept at, like PUBLIC_URL=https://kept.example.com';

function hostOf(publicUrl: string): { ok: true; host: string } | { ok: false; why: string } {
  if (!URL.canParse(publicUrl)) {
    return { ok: false, why: NO_URL };
  }
  const { protocol, host, pathname, search, hash } = new URL(publicUrl);
  if (protocol !== 'https:') {
    const why = 'PUBLIC_URL must begin with https://, for Teams opens the tab and sends to Kept by no other';
    return { ok: false, why };
  }
  return pathname === '/' && search === '' && hash === ''
    ? { ok: true, host }
    : { ok: false, why: 'PUBLIC_URL must have no path: Kept’s own begin at its root' };
}

/** @throws when the template names something that isn't there to fill in. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{([A-Z_]+)\}\}/gu, (_, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`The manifest's template asks for ${name}, which nobody knows`);
    }
    return value;
  });
}
