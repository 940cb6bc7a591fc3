import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schemaFaults } from '../../adapters/teams/manifest-schema.ts';
import { packageOf } from '../../adapters/teams/package.ts';
import { GRAPH_REASONS, RESOURCE_PERMISSIONS } from '../../adapters/teams/permissions.ts';
import { opensForm } from '../../src/conversation/commands.ts';
import { words } from '../../src/conversation/words.ts';

const directory = path.join(import.meta.dirname, '../../adapters/teams/manifest');
const appId = '00000000-0000-0000-0000-00000000000a';

async function packed(more: object = {}) {
  const parts = { appId, publicUrl: 'https://care.acme.example', isManagedIdentity: false, version: '1.2.3' };
  const result = await packageOf({ ...parts, directory, ...more });
  if (!result.ok) throw new Error(result.missing.join('\n'));
  return result;
}

const Command = z.object({ title: z.string(), description: z.string() });
const CommandList = z.object({ scopes: z.array(z.string()), commands: z.array(Command) });
const Manifest = z.object({
  $schema: z.url(),
  manifestVersion: z.string(),
  version: z.string(),
  id: z.guid(),
  bots: z.tuple([
    z.object({ botId: z.guid(), scopes: z.array(z.string()), commandLists: z.array(CommandList) }),
  ]),
  composeExtensions: z.tuple([
    z.object({
      botId: z.guid(),
      commands: z.array(z.looseObject({ id: z.string(), context: z.array(z.string()) })),
    }),
  ]),
  staticTabs: z
    .array(z.object({ entityId: z.string(), contentUrl: z.url(), scopes: z.array(z.string()) }))
    .optional(),
  validDomains: z.array(z.string()),
  webApplicationInfo: z.object({ id: z.guid(), resource: z.string() }),
  authorization: z.object({
    permissions: z.object({ resourceSpecific: z.array(z.object({ name: z.string(), type: z.string() })) }),
  }),
});

describe('the manifest', () => {
  test.each([
    ['a host', {}],
    ['a host with a port', { publicUrl: 'https://care.acme.example:8443/' }],
    ['a managed identity', { isManagedIdentity: true }],
  ])('passes Microsoft’s schema, with %s', async (_, more) => {
    expect(await schemaFaults((await packed(more)).manifest)).toEqual([]);
  });

  test('would be told what is wrong with it', async () => {
    const { manifest } = await packed();
    const faults = await schemaFaults({ ...manifest, accentColor: 'green', surprise: 1 });
    expect(faults).toHaveLength(2);
    expect(faults?.join('\n')).toContain('/accentColor');
  });

  test('is of a version that the schema it names is of', async () => {
    const { $schema, manifestVersion } = Manifest.parse((await packed()).manifest);
    expect($schema).toBe(
      `https://developer.microsoft.com/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`,
    );
  });

  test('has the ids and the host everywhere, and nothing left to fill in', async () => {
    const { manifest } = await packed({
      appId: appId.toUpperCase(),
      publicUrl: 'https://care.acme.example/',
    });
    const { id, version, bots, composeExtensions, staticTabs, validDomains, webApplicationInfo } =
      Manifest.parse(manifest);
    expect([id, bots[0].botId, composeExtensions[0].botId, webApplicationInfo.id]).toEqual(
      Array(4).fill(appId),
    );
    expect(version).toBe('1.2.3');
    expect(staticTabs?.map(({ contentUrl }) => contentUrl)).toEqual(['https://care.acme.example/teams/tab']);
    expect(validDomains).toEqual(['care.acme.example']);
    expect(webApplicationInfo.resource).toBe(`api://care.acme.example/${appId}`);
    expect(JSON.stringify(manifest)).not.toMatch(/\{\{|kept\.example/);
  });

  test('has a bot in all three scopes, whose commands Kept knows and help names', async () => {
    const [{ scopes, commandLists }] = Manifest.parse((await packed()).manifest).bots;
    expect(scopes).toEqual(['personal', 'team', 'groupChat']);
    expect(commandLists.flatMap((list) => list.scopes)).toEqual(scopes);
    const helped = words.help.commands.map(([said]) => said ?? '');
    for (const { commands } of commandLists) {
      for (const { title, description } of commands) {
        // Teams puts the title behind @Kept, and shows no more of it than this.
        expect(title.length).toBeLessThanOrEqual(32);
        expect(description.length).toBeLessThanOrEqual(128);
        // A command and not a case: `care` alone goes before what has happened.
        expect(title === 'care' || !opensForm(title), title).toBe(true);
        expect(
          helped.some((said) => said.startsWith(title === 'care' ? '/care ' : `/care ${title}`)),
          title,
        ).toBe(true);
      }
    }
    const [personal] = commandLists;
    expect(personal?.commands).toHaveLength(helped.length);
  });

  test('has the extension on a message, and the personal tab', async () => {
    const { composeExtensions, staticTabs } = Manifest.parse((await packed()).manifest);
    expect(composeExtensions[0].commands).toMatchObject([
      { id: 'openCase', type: 'action', context: ['message', 'compose', 'commandBox'], fetchTask: true },
    ]);
    expect(staticTabs).toMatchObject([{ entityId: 'home', scopes: ['personal'] }]);
  });

  test('has no tab where nobody could sign in to it', async () => {
    const { manifest } = await packed({ isManagedIdentity: true });
    expect(Manifest.parse(manifest).staticTabs).toBeUndefined();
  });

  test('asks for what the table gives reasons for, and nothing else', async () => {
    const { authorization } = Manifest.parse((await packed()).manifest);
    expect(authorization.permissions.resourceSpecific).toEqual(
      RESOURCE_PERMISSIONS.map(({ permission }) => ({ name: permission, type: 'Application' })),
    );
  });

  test('is explained in docs/teams.md, permission by permission', () => {
    const page = readFileSync(path.join(directory, '../../../docs/teams.md'), 'utf8');
    const rows = [
      ...RESOURCE_PERMISSIONS.map(({ permission, why }) => `| \`${permission}\` | ${why} |`),
      ...Object.entries(GRAPH_REASONS).map(([permission, why]) => `| \`${permission}\` | ${why} |`),
    ];
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});

describe('the package', () => {
  test('holds the manifest and the icons that it names, and any unzip opens it', async () => {
    const { zip, manifest } = await packed();
    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(['manifest.json', 'color.png', 'outline.png']);
    expect(JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString('utf8'))).toEqual(manifest);
    for (const name of ['color.png', 'outline.png']) {
      expect(Buffer.from(files[name] ?? [])).toEqual(readFileSync(path.join(directory, name)));
    }
  });

  test('is the same for the same', async () => {
    expect((await packed()).zip).toEqual((await packed()).zip);
  });

  test('has a colour icon of 192 pixels, and an outline of 32 with a ground one sees through', () => {
    expect(pngOf('color.png')).toMatchObject({ width: 192, height: 192 });
    // Colour type 6: with an alpha channel.
    expect(pngOf('outline.png')).toEqual({ width: 32, height: 32, colourType: 6 });
  });

  test.each([
    ['no app id', { appId: null }, /^MICROSOFT_APP_ID must be set to the Microsoft App ID/u],
    ['an app id that is none', { appId: 'kept' }, /^MICROSOFT_APP_ID must be set/u],
    ['no address', { publicUrl: null }, /^PUBLIC_URL must be set to the https address/u],
    ['an address that is none', { publicUrl: 'care.acme.example' }, /^PUBLIC_URL must be set/u],
    [
      'an address in the clear',
      { publicUrl: 'http://care.acme.example' },
      /^PUBLIC_URL must begin with https/u,
    ],
    ['an address with a path', { publicUrl: 'https://acme.example/kept' }, /^PUBLIC_URL must have no path/u],
  ])('with %s is not made, and says so in a sentence', async (_, more, sentence) => {
    const parts = {
      appId,
      publicUrl: 'https://care.acme.example',
      isManagedIdentity: false,
      version: '1.2.3',
    };
    const result = await packageOf({ ...parts, directory, ...more });
    expect(result).toEqual({ ok: false, missing: [expect.stringMatching(sentence)] });
  });

  test('says all that is missing at once', async () => {
    const nothing = { appId: null, publicUrl: '', isManagedIdentity: false, version: '1.2.3', directory };
    expect(await packageOf(nothing)).toMatchObject({ ok: false, missing: { length: 2 } });
  });
});

/** Width, height and colour type, of a PNG's first chunk. */
function pngOf(name: string) {
  const bytes = readFileSync(path.join(directory, name));
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), colourType: bytes[25] };
}
