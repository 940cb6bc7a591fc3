import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { z } from 'zod';
import { wakeDue } from '../src/app/wake-due.ts';
import { type KeptStore, keptStore } from './kept-store.ts';
import { NAIVE, Reminder, wakeOne } from './naive.ts';

/** What it is told: by which way to wake, Kept's own when it is null, and at which epoch ms all is due. */
const Argument = z.object({
  naive: z.string().nullable(),
  url: z.string(),
  redisUrl: z.string(),
  dueAt: z.number(),
});

/*
 * One way of waking, in a process of its own, as it runs where it is used: what filled the database and what another way
 * does leave nothing behind in it. For each line that it reads it wakes all that is due, and prints how many a second.
 */
const { naive, url, redisUrl, dueAt } = Argument.parse(JSON.parse(process.argv[2] ?? ''));
const kept = await keptStore(url, () => dueAt);
const wake = naive === null ? keptRate : naiveRate(naive);
process.stdout.write('"ready"\n');
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await wake(kept)}\n`);
}
process.exit(0);

async function keptRate({ deps }: KeptStore): Promise<number> {
  const began = performance.now();
  const { cases } = await wakeDue(deps);
  return cases / ((performance.now() - began) / 1_000);
}

function naiveRate(name: string): typeof keptRate {
  const open = NAIVE[name];
  if (open === undefined) throw new Error(`There is no way by the name ${name}`);
  const oneByOne = open({ url, redisUrl });
  return async ({ db, deps }) => {
    const { rows } = await sql`
      select workspace_id as "workspaceId", subject_id as "caseId" from kept.alarm where due_at <= ${dueAt}`.execute(
      db,
    );
    return oneByOne(z.array(Reminder).parse(rows), (reminder) => wakeOne(deps, reminder));
  };
}
