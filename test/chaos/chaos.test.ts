import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { enginesToTest, mortal } from '../support/engines.ts';

const CHAOS = join(import.meta.dirname, 'chaos.ts');
const TSX = join(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs');
const MINUTES = 3;
/** The second begins when the first has started: two that start in the same second don't always get ready on two cores. */
const APART_MS = 40_000;
/** Until its turn, the start, three minutes of play, and until all has arrived after. */
const AT_MOST_MS = 8 * 60_000;
/** One that is the same each time, and one that never was. */
const SEEDS = [42, randomInt(2 ** 31)];

/** Under a fault, and where the machine has far too much to do, a message has more time. So many of some 350 haven't. */
const CALM_AT_LEAST = 20;

const Figures = z.object({ latenessMs: z.object({ undisturbed: z.object({ count: z.int() }) }) });

/** Runs chaos as `npm run chaos` does, and gives its report and how it ended. Its figures go into that file. */
async function chaos(seed: number, json: string): Promise<{ report: string; code: unknown }> {
  const args = [TSX, CHAOS, '--minutes', String(MINUTES), '--seed', String(seed), '--json', json];
  const child = spawn(...mortal(process.execPath, args), { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
  }
  const [code]: unknown[] = await once(child, 'close');
  return { report: printed.join(''), code };
}

describe.runIf((await enginesToTest()).includes('redis'))('three minutes of chaos', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kept-chaos-figures-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.concurrent.each(SEEDS.map((seed, nr) => ({ seed, nr })))(
    'leave nothing lost, doubled, early, late, out of order or in the wrong tenant: seed $seed',
    async ({ seed, nr }) => {
      await sleep(nr * APART_MS);
      const json = join(dir, `${seed}.json`);
      const { report, code } = await chaos(seed, json);
      process.stdout.write(`${report}\n`);
      expect(code, report).toBe(0);
      expect(report).toContain('Clean.');
      const { latenessMs } = Figures.parse(JSON.parse(readFileSync(json, 'utf8')));
      expect(latenessMs.undisturbed.count).toBeGreaterThan(CALM_AT_LEAST);
    },
    AT_MOST_MS,
  );
});
