import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { layoutFaults, type SourceFile } from '../support/layout.ts';

const root = path.join(import.meta.dirname, '../..');

/** Every source file of ours, by its path from the root. */
function sourceFiles(): SourceFile[] {
  return ['src', 'adapters', 'jobs'].flatMap((top) =>
    readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
      .map((file) => path.posix.join(top, file.split(path.sep).join('/')))
      .filter((file) => /\.[cm]?[jt]sx?$/.test(file))
      .map((file) => ({ path: file, text: readFileSync(path.join(root, file), 'utf8') })),
  );
}

describe('the layout', () => {
  test('every file imports only what its place allows, and the domain is pure', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(layoutFaults)).toEqual([]);
  });

  test.each([
    ['src/domain/plan.ts', `import { act } from '../app/act.ts';`, 'must not import src/app/act.ts'],
    ['src/domain/plan.ts', `import type { Deps } from '../app/deps.ts';`, 'must not import src/app/deps.ts'],
    ['src/domain/plan.ts', `export * from '../store/store.ts';`, 'must not import src/store/store.ts'],
    ['src/domain/plan.ts', `export { act } from '../app/act.ts';`, 'must not import src/app/act.ts'],
    ['src/domain/plan.ts', `type Act = import('../app/act.ts').Act;`, 'must not import src/app/act.ts'],
    ['src/domain/plan.ts', `import fs from 'node:fs';`, 'must not import node:fs'],
    ['src/domain/plan.ts', `import { strict } from 'chrono-node/en';`, 'must not import chrono-node/en'],
    ['src/domain/plain-time.ts', `import Holidays from 'date-holidays';`, 'must not import date-holidays'],
    ['src/domain/holidays.ts', `import { strict } from 'chrono-node';`, 'must not import chrono-node'],
    [
      'src/app/act.ts',
      `import { openDatabase } from '../store/database.ts';`,
      'must not import src/store/database.ts',
    ],
    ['src/app/act.ts', `import { sql } from 'kysely';`, 'must not import kysely'],
    [
      'src/app/act.ts',
      `const later = await import('../store/store.ts');`,
      'must not import src/store/store.ts',
    ],
    ['src/app/act.ts', `const name = './x.ts'; await import(name);`, 'imports what only shows when it runs'],
    [
      'src/conversation/draw.ts',
      `import { createStore } from '../store/store.ts';`,
      'must not import src/store/store.ts',
    ],
    ['src/conversation/draw.ts', `import { App } from '@slack/bolt';`, 'must not import @slack/bolt'],
    ['src/store/store.ts', `import { act } from '../app/act.ts';`, 'must not import src/app/act.ts'],
    [
      'src/store/store.ts',
      `import { words } from '../conversation/words.ts';`,
      'must not import src/conversation/words.ts',
    ],
    ['src/compose.ts', `import { Queue } from 'bullmq';`, 'must not import bullmq'],
    ['src/compose.ts', `const level = process.env.LOG_LEVEL;`, 'must not read process.env'],
    ['src/config.ts', `import { env } from 'node:process';`, 'must not import node:process'],
    ['src/operation/log.ts', `const { env } = process;`, 'must not hand process around'],
    [
      'src/operation/log.ts',
      `import { startJobs } from '../../jobs/start.ts';`,
      'must not import jobs/start.ts',
    ],
    ['src/anywhere.ts', ``, 'has no place in the layout'],
    ['adapters/irc/send.ts', ``, 'has no place in the layout'],
    [
      'adapters/slack/send.ts',
      `import { card } from '../web/wire.ts';`,
      'must not import adapters/web/wire.ts',
    ],
    ['adapters/slack/send.ts', `import { TurnContext } from 'botbuilder';`, 'must not import botbuilder'],
    ['adapters/teams/parse.ts', `import type { Activity } from 'botbuilder';`, 'must not import botbuilder'],
    [
      'adapters/teams/surface.ts',
      `import { ConnectorClient } from 'botframework-connector';`,
      'must not import botframework-connector',
    ],
    ['adapters/slack/send.ts', `import { pino } from 'pino';`, 'must not import pino'],
    [
      'adapters/slack/tokens.ts',
      `import { createSeal } from '../../src/store/seal.ts';`,
      'must not import src/store/seal.ts',
    ],
    [
      'adapters/slack/slack.ts',
      `import type { SlackConfig } from '../../src/config.ts';`,
      'must not import src/config.ts',
    ],
    [
      'adapters/slack/check.ts',
      `import { tried } from '../../src/operation/check.ts';`,
      'must not import src/operation/check.ts',
    ],
    [
      'adapters/slack/slack.ts',
      `import { chatDeps } from '../../src/chat-deps.ts';`,
      'must not import src/chat-deps.ts',
    ],
    ['adapters/slack/clients.ts', `const token = process.env.SLACK_BOT_TOKEN;`, 'must not read process.env'],
    [
      'adapters/web/web.ts',
      `import { createSlack } from '../slack/slack.ts';`,
      'must not import adapters/slack/slack.ts',
    ],
    ['src/app/act.ts', `import { WebClient } from '@slack/web-api';`, 'must not import @slack/web-api'],
    ['src/chat-deps.ts', `import { WebClient } from '@slack/web-api';`, 'must not import @slack/web-api'],
    [
      'src/conversation/draw.ts',
      `import { drawMessage } from '../../adapters/slack/message.ts';`,
      'must not import adapters/slack/message.ts',
    ],
    [
      'src/operation/doctor.ts',
      `import { checkSlack } from '../../adapters/slack/check.ts';`,
      'must not import adapters/slack/check.ts',
    ],
    [
      'src/config.ts',
      `import type { SlackConfig } from '../adapters/slack/slack-config.ts';`,
      'must not import adapters/slack/slack-config.ts',
    ],
    [
      'adapters/slack/send.ts',
      `import { createBell } from '../../jobs/bell.ts';`,
      'must not import jobs/bell.ts',
    ],
    [
      'adapters/teams/send.ts',
      `import { WebClient } from '@slack/web-api';`,
      'must not import @slack/web-api',
    ],
    [
      'adapters/web/web.ts',
      `import { createStore } from '../../src/store/store.ts';`,
      'must not import src/store/store.ts',
    ],
    [
      'adapters/web/web.ts',
      `import { readConfig } from '../../src/config.ts';`,
      'must not import src/config.ts',
    ],
    ['adapters/web/web.ts', `const redis = require('ioredis');`, 'must not import ioredis'],
    [
      'adapters/web/client/main.tsx',
      `import { join } from 'node:path'; const a = <p />;`,
      'must not import node:path',
    ],
    [
      'jobs/start.ts',
      `import { converse } from '../src/conversation/converse.ts';`,
      'must not import src/conversation/converse.ts',
    ],
    [
      'jobs/start.ts',
      `import { createWeb } from '../adapters/web/web.ts';`,
      'must not import adapters/web/web.ts',
    ],
    [
      'jobs/start.ts',
      `import { wall } from '../test/support/domain-fixtures.ts';`,
      'must not import test/support/domain-fixtures.ts',
    ],
    ['src/main.ts', `import { Queue } from 'bullmq';`, 'must not import bullmq'],
    ['src/main.ts', `import {`, "can't be read"],
  ])('a planted fault is found: %s with %s', (file, text, fault) => {
    const faults = layoutFaults({ path: file, text });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  test.each([
    [`const now = Date.now();`, 'Date'],
    [`const now = new Date();`, 'new Date()'],
    [`const now = new TZDate();`, 'new TZDate()'],
    [`const now = Date();`, 'Date'],
    [`const { now } = Date;`, 'Date'],
    [`const now = Date['now']();`, 'Date'],
    [`const chance = Math.random();`, 'Math'],
    [`const { random } = Math;`, 'Math'],
    [`const id = crypto.randomUUID();`, 'crypto'],
    [`setTimeout(() => {}, 1);`, 'setTimeout'],
    [`fetch('https://example.org');`, 'fetch'],
    [`console.log('here');`, 'console'],
    [`const { Date: D } = globalThis;`, 'globalThis'],
    [`async function load() {}`, 'async'],
    [`const load = async () => {};`, 'async'],
    [`const here = import.meta.url;`, 'import.meta'],
  ])('what isn’t pure is found in the domain: %s', (text, fault) => {
    const faults = layoutFaults({ path: 'src/domain/plan.ts', text });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
    expect(layoutFaults({ path: 'src/compose.ts', text })).toEqual([]);
  });

  test('what is allowed is left alone', () => {
    const text = `
      import { z } from 'zod';
      import { addMonths } from 'date-fns';
      import { TZDate } from '@date-fns/tz';
      import type { Plan } from './care-promise.ts';
      export type Moment = { Date: Date; process: string };
      export const year = (at: number) => new Date(at).getFullYear() + Math.max(Date.UTC(2026, 1), Date.parse('2026'));
      export const later = (at: number) => addMonths(new TZDate(at, 'UTC'), 1);
      export const names = { fetch: 1, setTimeout: 2 }.fetch;`;
    expect(layoutFaults({ path: 'src/domain/plan.ts', text })).toEqual([]);
  });
});
