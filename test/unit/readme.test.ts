import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { VARIABLES } from '../../src/config.ts';
import { words } from '../../src/conversation/words.ts';

const root = path.join(import.meta.dirname, '../..');
/** What people read: the README and the pages that it leads to. */
const PAGES = [
  'README.md',
  'docs/slack.md',
  'docs/teams.md',
  'docs/operation.md',
  'docs/scaling.md',
  'docs/security.md',
];
const readme = textOf('README.md');

/** What the commands that print a manifest print, in their order: the README's, then that of the page about Slack. */
const manifests = [readme, textOf('docs/slack.md')].flatMap((text) =>
  [...text.matchAll(/^ *(sed .* adapters\/slack\/manifest\.yaml)$/gm)].map(([, command = '']) =>
    execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }),
  ),
);

const Settings = z.object({
  features: z.object({ unfurl_domains: z.array(z.string()).optional() }),
  settings: z.object({ socket_mode_enabled: z.boolean() }),
});

function textOf(page: string): string {
  return readFileSync(path.join(root, page), 'utf8');
}

/** The names of variables in a text: Slack's, Teams' and Kept's own. */
function variablesOf(text: string): Set<string> {
  return new Set(text.match(/\b(?:SLACK|MICROSOFT|KEPT)_[A-Z_]*[A-Z]\b/g));
}

/** Where the headings of a text can be linked to. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Every value in it, as deep as it goes. */
function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

describe('the README and its pages', () => {
  it('print a manifest for Socket Mode without an address, and one for HTTP with one’s own', () => {
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

  it('have every command of the help, in the README', () => {
    const [, ...commands] = words.help.commands;
    const helped = commands.map(([command]) => command);
    expect([...readme.matchAll(/^\| `(\/care [^`]*)` \|/gm)].map(([, command]) => command)).toEqual(
      expect.arrayContaining(helped),
    );
  });

  it.each(PAGES)('%s names no variable that there isn’t', (page) => {
    const named = variablesOf(textOf(page));
    expect([...named].filter((name) => !(name in VARIABLES) && !name.startsWith('KEPT_TEST_'))).toEqual([]);
  });

  it.each([
    ['SLACK', 'docs/slack.md'],
    ['MICROSOFT', 'docs/teams.md'],
  ])('every variable of %s is in %s', (chat, page) => {
    const named = variablesOf(textOf(page));
    const wanted = Object.keys(VARIABLES).filter((name) => name.startsWith(`${chat}_`));
    expect(wanted.length).toBeGreaterThan(4);
    expect(wanted.filter((name) => !named.has(name))).toEqual([]);
  });

  it('lead to pages and headings that there are', () => {
    const links = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(([, to = '', anchor]) => ({
        page,
        target: to === '' ? page : path.join(path.dirname(page), to),
        anchor,
      })),
    );
    expect(links.length).toBeGreaterThan(40);
    const lost = links.filter(
      ({ target, anchor }) =>
        !existsSync(path.join(root, target)) ||
        (anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor)),
    );
    expect(lost).toEqual([]);
  });
});
