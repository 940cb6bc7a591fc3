import { type Kysely, sql } from 'kysely';

/** Nobody asks Postgres what is in it, so it keeps what a case has said as it is written, and builds nothing from it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table kept.alarm alter said type json using said::json').execute(db);
}
