import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { schemaFaults } from '../adapters/teams/manifest-schema.ts';
import { packageOf } from '../adapters/teams/package.ts';

/** `npm run` begins at the root of the repository: the template and the icons lie there, and the package comes there. */
const FILE = 'kept-teams.zip';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(await readFile('package.json', 'utf8')));
const packed = await packageOf({
  appId: process.env['MICROSOFT_APP_ID'] ?? null,
  publicUrl: process.env['PUBLIC_URL'] ?? null,
  isManagedIdentity: process.env['MICROSOFT_APP_TYPE'] === 'UserAssignedMSI',
  version,
  directory: 'adapters/teams/manifest',
});
const faults = packed.ok ? await schemaFaults(packed.manifest) : null;

if (!packed.ok) {
  fail(packed.missing);
} else if (faults !== null && faults.length > 0) {
  fail(['Microsoft’s schema has something against the manifest:', ...faults]);
} else {
  await writeFile(FILE, packed.zip);
  say([
    `${FILE} is made${faults === null ? '' : ', and its manifest passes Microsoft’s schema'}.`,
    'Now give it to Teams, either way:',
    '  for yourself     Teams → Apps → Manage your apps → Upload an app → Upload a custom app',
    '  for everybody    https://admin.teams.microsoft.com → Teams apps → Manage apps → Upload new app',
    'Then add Kept to a team, and say @Kept help in one of its channels.',
  ]);
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function fail(lines: readonly string[]): void {
  process.stderr.write(`The package was not made.\n${lines.join('\n')}\n`);
  process.exitCode = 1;
}
