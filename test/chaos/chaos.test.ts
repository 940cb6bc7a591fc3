import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enginesToTest, mortal } from '../support/engines.ts';

const CHAOS = join(import.meta.dirname, 'chaos.ts');
const MINUTES = 3;
/** Three minutes of play, the start before, and until all has arrived after. */
const AT_MOST_MS = 6 * 60_000;
const FIXED = 42;

/** Runs chaos as `npm run chaos` does, and gives its report and how it ended. */
async function chaos(seed: number): Promise<{ report: string; code: unknown }> {
  const tsx = join(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs');
  const args = [tsx, CHAOS, '--minutes', String(MINUTES), '--seed', String(seed)];
  const child = spawn(...mortal(process.execPath, args), { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk));
  }
  const [code]: unknown[] = await once(child, 'close');
  return { report: printed.join(''), code };
}

describe.runIf((await enginesToTest()).includes('redis'))('three minutes of chaos', () => {
  it(
    'leave nothing lost, doubled, early, late, out of order or in the wrong tenant: a fixed seed and a fresh one',
    async () => {
      // given two fleets at the same time
      const fresh = randomInt(2 ** 31);
      process.stdout.write(`Chaos on the seeds ${FIXED} and ${fresh}\n`);
      // when
      const runs = await Promise.all([chaos(FIXED), chaos(fresh)]);
      // then
      for (const { report, code } of runs) {
        expect(code, report).toBe(0);
        expect(report).toContain('Clean.');
      }
    },
    AT_MOST_MS,
  );
});
