import { sql } from 'kysely';
import { expect } from 'vitest';
import { audit } from '../../src/app/audit.ts';
import type { AuditReport } from '../../src/app/auditing.ts';
import { auditCard } from '../../src/conversation/audit-card.ts';
import { Say } from '../../src/domain/say.ts';
import { createAuditing } from '../../src/store/audit.ts';
import { linesOf } from './case-view.ts';
import { useCases } from './use-cases.ts';

/** What an auditor counts that finds nothing. */
export const NOTHING = {
  silent: 0,
  overdueAlarms: 0,
  failingCases: 0,
  stuckOutbox: 0,
  lateInbox: 0,
  missing: 0,
  unsaid: 0,
};

/** One workspace with one case, and the auditor's rounds by hand. `isDead`: nothing is sent or carried out. */
export async function audited() {
  const on = await useCases();
  const id = await on.open('watched');
  const { rows } = await sql<{ doc: string; said: string }>`
    select c.doc::text, a.said::text from kept.care_case c join kept.alarm a on a.subject_id = c.id`.execute(
    on.db,
  );
  const watched = { id, doc: rows[0]?.doc ?? '', said: rows[0]?.said ?? '' };
  let isDead = false;
  const now = on.deps.clock;
  const parts = {
    ...on.deps,
    auditing: createAuditing(on.db),
    deliver: async () => {
      if (isDead) return;
      await sql`update kept.outbox set sent_at = ${now()}
        where sent_at is null and unsaid_at is null and coalesce(lease_until, 0) <= ${now()}`.execute(on.db);
    },
    hear: async () => {
      if (isDead) return;
      await sql`update kept.inbox set done_at = ${now()}`.execute(on.db);
    },
  };
  const run = (last: AuditReport | null) => audit(parts, last);
  /** What the owner of the workspace was told, as they read it, since this was asked last. */
  const told = async () => {
    const { rows: owed } = await sql<{ say: unknown; destination: string }>`
      delete from kept.outbox where key like '%/audit/%' returning message->'say' as say, destination`.execute(
      on.db,
    );
    return owed.map(({ say, destination }) => {
      const read = Say.parse(say);
      if (read.what !== 'audit found') throw new Error('Something else was said');
      expect(destination).toBe(`member/${on.memberOf('Dora').id}`);
      return linesOf(auditCard(read));
    });
  };

  return {
    ...on,
    watchedId: id,
    run,
    told,
    /** Nothing is sent and nothing carried out from now on, until the next reset. */
    die: () => {
      isDead = true;
    },
    /** One case, as it was opened, all of it said. Gives the report of an auditor that has looked. */
    reset: async (): Promise<AuditReport> => {
      isDead = false;
      for (const table of ['outbox', 'promise', 'timeline_event', 'alarm', 'care_case']) {
        const caseId = { alarm: 'subject_id', care_case: 'id' }[table] ?? 'case_id';
        await sql`delete from ${sql.table(`kept.${table}`)} where ${sql.ref(caseId)} <> ${watched.id}`.execute(
          on.db,
        );
      }
      await sql`delete from kept.outbox where key like '%/wait/2/%' or key like '%/audit/%'`.execute(on.db);
      await sql`update kept.care_case set doc = ${watched.doc}::jsonb, promised = false`.execute(on.db);
      await sql`update kept.outbox set sent_at = owed_since, lease_until = null, unsaid_at = null, told_at = null,
        due_at = owed_since`.execute(on.db);
      await sql`update kept.alarm set due_at = ${now() + 60_000}, failures = 0,
        said = ${watched.said}::jsonb`.execute(on.db);
      await sql`delete from kept.inbox`.execute(on.db);
      const report = await run(null);
      expect(report.found).toEqual(NOTHING);
      expect(await told()).toEqual([]);
      return report;
    },
  };
}
