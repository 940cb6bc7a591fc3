import { type Kysely, sql } from 'kysely';

/** Every decision writes these and Postgres is seldom asked what is in them: it keeps them as they were written. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table kept.timeline_event alter what type json using what::json').execute(db);
  await sql.raw('alter table kept.outbox alter message type json using message::json').execute(db);
}
