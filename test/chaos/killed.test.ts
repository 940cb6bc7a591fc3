import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { count, promisedCase, saidOf, threadOf } from '../support/care-case.ts';
import { buttonIn } from '../support/console-client.ts';
import { type KeptProcess, startKeptProcess } from '../support/kept-process.ts';
import { eventually } from '../support/running-kept.ts';

/** Of a promise of one minute: soon 48 s, at risk 54 s, due 60 s, second holder 84 s, broken 90 s. */
const STORY_MS = 100_000;
const KILLS = 10;

describe('killed with -9 at ten random moments during the story', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kept-killed-'));
  let kept: KeptProcess | null = null;
  const client = () => {
    if (kept === null) throw new Error('Kept is being restarted');
    return kept.client;
  };
  afterAll(async () => {
    await kept?.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('misses no step and doubles none, answered and unanswered', async () => {
    kept = await startKeptProcess({ KEPT_DATA_DIR: dataDir, LOG_LEVEL: 'info' });
    await kept.client.startExample();
    const silent = ['never answered one', 'never answered two', 'never answered three'];
    for (const title of [...silent, 'kept in time']) {
      await promisedCase(client, title, 'in 1 minute');
    }
    const began = Date.now();
    const moments = Array.from({ length: KILLS }, () => Math.random() * STORY_MS).toSorted((a, b) => a - b);
    process.stdout.write(`Killed at ${moments.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s\n`);

    let hasAnswered = false;
    for (const moment of [...moments, STORY_MS]) {
      while (Date.now() - began < moment) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        // Kept in time: after the first reminder, before the time itself.
        if (!hasAnswered && Date.now() - began > 49_000) {
          hasAnswered = true;
          const ada = await client().as('Ada');
          const root = (await threadOf(client, 'kept in time')) ?? '';
          const { subject } = buttonIn((await ada.cards('care', root)).toReversed(), 'keep');
          await ada.fill('keep', subject, { proof: 'Ann confirmed it' });
        }
      }
      if (moment < STORY_MS) {
        await kept.kill();
        kept = await startKeptProcess({ KEPT_DATA_DIR: dataDir, LOG_LEVEL: 'info' });
      }
    }

    for (const title of silent) {
      await eventually(async () => {
        const { thread, dms } = await saidOf(client, title);
        const said = {
          promised: count(thread, /promised: /u),
          soon: count(thread, /soon due: /u),
          risk: count(thread, /^At risk: /u),
          due: count(thread, /now\. Kept\?/u),
          broken: count(thread, /^Broken: /u),
          calls: count(dms, /needs you/u),
          passedOn: count(dms, /No answer from you in time/u),
        };
        expect(said, title).toEqual({
          promised: 1,
          soon: 1,
          risk: 1,
          due: 1,
          broken: 1,
          calls: 2,
          passedOn: 1,
        });
        return true;
      }, 20_000);
    }
    const { thread, dms } = await saidOf(client, 'kept in time');
    expect(count(thread, /kept the promise/u)).toBe(1);
    expect(count(thread, /what is the next promise/u)).toBe(1);
    expect(count(thread, /^Broken: |now\. Kept\?/u)).toBe(0);
    expect(count(dms, /needs you/u)).toBe(count(thread, /^At risk: /u));
  });
});
