import { sql } from 'kysely';
import type { Database } from '../src/store/database.ts';

/** Has what was seeded on `slack/T1` stand in a channel of the team that `slack-end.ts` is. */
export async function standInSlack(db: Database): Promise<void> {
  const facts = {
    teamId: 'T1',
    enterpriseId: null,
    name: 'Example team',
    url: 'https://example.slack.com/',
    appId: 'A1',
    botUserId: 'UBOT',
    botId: 'B1',
    scopes: [],
    installedBy: null,
  };
  await sql`
    update kept.connection set external_id = 'T1', facts = ${JSON.stringify(facts)} where id = 'slack/T1'`.execute(
    db,
  );
  await sql`
    update kept.care_case set doc = jsonb_set(doc, '{place,channel}', '"C1"')
    where doc->'place'->>'connection' = 'slack/T1'`.execute(db);
  await sql`update kept.post set ref = 'C1:1700000000.000100' where connection = 'slack/T1'`.execute(db);
}

/** The key of the reminder that a request to Slack carries in its metadata; empty when it is none. */
export function reminded(text: string): string {
  const metadata = new URLSearchParams(text).get('metadata') ?? '';
  return /[0-9a-f-]{36}\/[0-9a-f-]{36}\/\d+\/(?:halfway|soon|due)/u.exec(metadata)?.[0] ?? '';
}
