import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runnable } from '../support/engines.ts';
import { runCommand } from '../support/run-command.ts';

const root = path.join(import.meta.dirname, '../..');
const SET = {
  MICROSOFT_APP_ID: '00000000-0000-0000-0000-00000000000A',
  PUBLIC_URL: 'https://care.acme.example',
};

let command: string;
let dir: string;
beforeAll(async () => {
  command = await runnable('src/teams-package.ts');
});
beforeEach(() => {
  // What the command reads of the repository.
  dir = mkdtempSync(path.join(tmpdir(), 'kept-teams-package-'));
  for (const part of ['package.json', 'adapters/teams/manifest']) {
    cpSync(path.join(root, part), path.join(dir, part), { recursive: true });
  }
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const zip = () => path.join(dir, 'kept-teams.zip');
function manifest() {
  const bytes = unzipSync(readFileSync(zip()))['manifest.json'] ?? [];
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}

describe('npm run teams:package', () => {
  it('makes the package, checks it against Microsoft’s schema, and says what to do next', async () => {
    const { status, stdout, stderr } = await runCommand(command, SET, dir);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^kept-teams\.zip is made, and its manifest passes Microsoft’s schema\.$/m);
    expect(stdout).toContain('Upload a custom app');
    expect(stdout).toContain('https://admin.teams.microsoft.com');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(manifest()).toMatchObject({
      id: '00000000-0000-0000-0000-00000000000a',
      version,
      validDomains: ['care.acme.example'],
      staticTabs: [{ contentUrl: 'https://care.acme.example/teams/tab' }],
    });
  });

  it('leaves the tab out for a managed identity', async () => {
    const { status } = await runCommand(command, { ...SET, MICROSOFT_APP_TYPE: 'UserAssignedMSI' }, dir);
    expect(status).toBe(0);
    expect(manifest()).not.toHaveProperty('staticTabs');
  });

  it.each([
    [{}, ['MICROSOFT_APP_ID must be set', 'PUBLIC_URL must be set']],
    [{ ...SET, PUBLIC_URL: 'http://127.0.0.1:3000' }, ['PUBLIC_URL must begin with https://']],
  ])('with %j makes nothing, and says why', async (env, sentences) => {
    const { status, stdout, stderr } = await runCommand(command, env, dir);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'The package was not made.',
      ...sentences.map((sentence) => expect.stringContaining(sentence)),
      '',
    ]);
    expect(existsSync(zip())).toBe(false);
  });
});
