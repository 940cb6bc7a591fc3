import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { VARIABLES } from '../../src/config.ts';
import { words } from '../../src/conversation/words.ts';

const root = path.join(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** What the README's commands that print a manifest print, in their order. */
const manifests = [...readme.matchAll(/^ *(sed .* adapters\/slack\/manifest\.yaml)$/gm)].map(
  ([, command = '']) => execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }),
);

const Settings = z.object({
  features: z.object({ unfurl_domains: z.array(z.string()).optional() }),
  settings: z.object({ socket_mode_enabled: z.boolean() }),
});

/** Every value in it, as deep as it goes. */
function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

describe('the README', () => {
  it('prints a manifest for Socket Mode without an address, and one for HTTP with one’s own', () => {
    const [socket = '', http = ''] = manifests;
    expect(manifests).toHaveLength(2);
    expect(Settings.parse(parse(socket))).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(Settings.parse(parse(http))).toEqual({
      features: { unfurl_domains: ['care.acme.example'] },
      settings: { socket_mode_enabled: false },
    });
    for (const manifest of manifests) {
      expect(leaves(parse(manifest))).not.toContain(null);
      expect(manifest).not.toContain('kept.example.com');
    }
    expect(leaves(parse(socket)).join(' ')).not.toContain('https://');
  });

  it('has every command of the help', () => {
    const [, ...commands] = words.help.commands;
    const helped = commands.map(([command]) => command);
    expect([...readme.matchAll(/^\| `(\/care [^`]*)` \|/gm)].map(([, command]) => command)).toEqual(
      expect.arrayContaining(helped),
    );
  });

  it('names no variable that there isn’t, and every one of Slack’s and Teams’', () => {
    const named = new Set(readme.match(/\b(?:SLACK|MICROSOFT|KEPT)_[A-Z_]*[A-Z]\b/g));
    expect([...named].filter((name) => !(name in VARIABLES) && !name.startsWith('KEPT_TEST_'))).toEqual([]);
    const wanted = Object.keys(VARIABLES).filter((name) => /^(?:SLACK|MICROSOFT)_/.test(name));
    expect(wanted.filter((name) => !named.has(name))).toEqual([]);
  });

  it('leads to headings that there are', () => {
    const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...readme.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});
