import { sql } from 'kysely';
import { z } from 'zod';
import type { Commit } from '../src/app/store.ts';
import { CaseId, WorkspaceId } from '../src/domain/ids.ts';
import type { Instant } from '../src/domain/instant.ts';
import { Member } from '../src/domain/people.ts';
import { Audience, Say } from '../src/domain/say.ts';
import { Happening } from '../src/domain/timeline.ts';
import { readFiles } from '../src/store/cases.ts';
import type { Database, Tx } from '../src/store/database.ts';
import { docOf, saidOf } from '../src/store/said.ts';
import { closedStory, pendingStory, STORY, type Story, storyPeople } from './seed-story.ts';

/** What to fill a migrated database with. All times in epoch ms. */
export type Seed = {
  promises: number;
  /** They share the promises evenly. */
  workspaces: number;
  customersPerWorkspace?: number;
  /** When the promises were made. */
  madeAt: Instant;
  /** Their next alarms, spread evenly from `from` to `until`. */
  alarms: { from: Instant; until: Instant };
  /** The connection that the cases live on; every workspace has one. */
  connection?: string;
  /** False leaves out what was said and written down of them, which is most of the bytes: no timeline, no messages. */
  said?: boolean;
};

/**
 * Fills a migrated database with pending promises as the domain makes them, and all that hangs from them: case,
 * alarm and, if not told otherwise, timeline, messages that were said and where. Gives the workspaces' ids, in the order of their cases.
 * May be called again for more. `db` belongs to the owner of the tables, whom row-level security doesn't bind.
 */
export async function seed(db: Database, wanted: Seed): Promise<WorkspaceId[]> {
  const { promises, workspaces, madeAt, alarms, connection = 'console', customersPerWorkspace = 40 } = wanted;
  const { said = true } = wanted;
  const story = pendingStory(connection);
  const first = alarmShare(story);
  const ids = await db.transaction().execute(async (tx) => {
    await trusted(tx);
    const made = await seedWorkspaces(tx, workspaces, {
      customers: customersPerWorkspace,
      cases: Math.ceil(promises / workspaces),
      connection,
    });
    await sql`
      create temporary table seeded on commit drop as
      select w.id as workspace_id, w.owner_id, w.lead_id, gen_random_uuid() as case_id,
        gen_random_uuid() as promise_id, gen_random_uuid() as hold_id,
        w.customers[1 + i.nr / ${workspaces}::int % ${customersPerWorkspace}::int] as customer_id,
        1 + i.nr / ${workspaces}::int as number,
        'Export ' || i.nr || ' comes out empty' as title, ${madeAt}::bigint as starts,
        -- The alarm is a share of the window, so the window follows from it.
        round((${alarms.from}::bigint - ${madeAt}::bigint
          + (${alarms.until}::bigint - ${alarms.from}::bigint) * (i.nr::float8 / ${promises}::int)) / ${first}::float8)::bigint
          as window_ms
      from generate_series(0, ${promises - 1}::int) i(nr)
      join fresh_workspace w on w.nr = i.nr % ${workspaces}::int order by w.nr, i.nr`.execute(tx);
    await writeStory(tx, story, said);
    return made;
  });
  await sql`vacuum analyze`.execute(db);
  await parseSample(db);
  return ids;
}

/** What is over to fill a workspace with: cases that were opened evenly from `from` to `until`, and closed. */
export type Past = { workspaceId: WorkspaceId; cases: number; from: Instant; until: Instant };

/** Adds closed cases with all that was said and written down of them to a workspace that `seed` made. */
export async function seedPast(db: Database, { workspaceId, cases, from, until }: Past): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await trusted(tx);
    await sql`
      create temporary table seeded on commit drop as
      select ${workspaceId}::uuid as workspace_id, m.owner_id, m.lead_id, gen_random_uuid() as case_id,
        gen_random_uuid() as promise_id, gen_random_uuid() as hold_id, c.customers[1 + nr % c.many] as customer_id,
        w.next_case_number + nr as number, 'Invoice ' || nr || ' was wrong' as title,
        round(${from}::bigint + (${until}::bigint - ${from}::bigint) * (nr::float8 / ${cases}::int))::bigint as starts,
        ${STORY.windowMs}::bigint as window_ms
      from generate_series(0, ${cases - 1}::int) nr
      cross join (select next_case_number from kept.workspace where id = ${workspaceId}) w
      cross join (select array_agg(id) as customers, count(*)::int as many from kept.customer
        where workspace_id = ${workspaceId}) c
      cross join (select (array_agg(id) filter (where doc->>'title' = 'Support'))[1] as owner_id,
        (array_agg(id) filter (where doc->>'title' = 'Support lead'))[1] as lead_id from kept.member
        where workspace_id = ${workspaceId}) m`.execute(tx);
    await writeStory(tx, closedStory('console'), true);
    await sql`
      update kept.workspace set next_case_number = next_case_number + ${cases}::int where id = ${workspaceId}`.execute(
      tx,
    );
  });
  await sql`vacuum analyze`.execute(db);
}

/** What is seeded belongs together: foreign keys aren't looked up row by row, and the disk isn't waited for. */
async function trusted(tx: Tx): Promise<void> {
  await sql`set local session_replication_role = replica`.execute(tx);
  await sql`set local synchronous_commit = off`.execute(tx);
}

async function seedWorkspaces(
  tx: Tx,
  many: number,
  { customers, cases, connection }: { customers: number; cases: number; connection: string },
): Promise<WorkspaceId[]> {
  const { workspace, members, policy } = storyPeople();
  await sql`
    create temporary table fresh_workspace on commit drop as
    select nr, gen_random_uuid() as id, array(select gen_random_uuid() from generate_series(1, 5) where nr >= 0) as members,
      array(select gen_random_uuid() from generate_series(1, ${customers}::int) where nr >= 0) as customers
    from generate_series(0, ${many - 1}::int) nr`.execute(tx);
  await sql`alter table fresh_workspace add owner_id uuid, add lead_id uuid`.execute(tx);
  await sql`update fresh_workspace set owner_id = members[1], lead_id = members[3]`.execute(tx);
  await sql`
    insert into kept.workspace (id, doc, policy, next_case_number)
    select id, ${JSON.stringify(workspace)}::jsonb || jsonb_build_object('id', id), ${JSON.stringify(policy)}::jsonb,
      ${cases + 1}::int
    from fresh_workspace order by nr`.execute(tx);
  for (const [nr, member] of members.entries()) {
    const lead = members.findIndex(({ id }) => id === member.leadId) + 1;
    await sql`
      insert into kept.member (workspace_id, id, doc)
      select id, members[${nr + 1}::int], ${JSON.stringify(member)}::jsonb || jsonb_build_object('id', members[${nr + 1}::int],
        'workspaceId', id, 'leadId', members[${lead}::int])
      from fresh_workspace order by nr`.execute(tx);
  }
  await sql`
    insert into kept.customer (workspace_id, id, doc)
    select w.id, c.id, jsonb_build_object('id', c.id, 'workspaceId', w.id, 'zone', null, 'notes', '',
      'name', (array['Acme', 'Globex', 'Initech', 'Umbrella', 'Hooli'])[1 + c.nr % 5] || ' ' || c.nr, 'contact', 'Ann Example')
    from fresh_workspace w, unnest(w.customers) with ordinality as c(id, nr)`.execute(tx);
  await sql`
    insert into kept.connection (workspace_id, id, kind, external_id, status, facts)
    select id, ${connection}, split_part(${connection}, '/', 1), id::text, 'connected', '{}' from fresh_workspace`.execute(
    tx,
  );
  const { rows } = await sql`select id from fresh_workspace order by nr`.execute(tx);
  return z
    .array(z.object({ id: WorkspaceId }))
    .parse(rows)
    .map(({ id }) => id);
}

/** Writes a story once for each row of the temporary table `seeded`. */
async function writeStory(tx: Tx, { commits }: Story, said: boolean): Promise<void> {
  const last = commits.at(-1);
  if (last === undefined) return;
  const { file } = last.decision;
  const promised = file.promises.some(({ status }) => status === 'live');
  await sql`
    insert into kept.care_case (workspace_id, id, number, doc, promised)
    select workspace_id, case_id, number, ${copyOf(docOf(file.case))}, ${promised} from seeded`.execute(tx);
  for (const promise of file.promises) {
    const id = promise.id === STORY.promiseId ? sql`promise_id` : sql`hold_id`;
    await sql`
      insert into kept.promise (workspace_id, id, case_id, doc)
      select workspace_id, ${id}, case_id, ${copyOf(docOf(promise))} from seeded`.execute(tx);
  }
  await sql`
    insert into kept.alarm (workspace_id, subject_kind, subject_id, due_at, version, needed, said)
    select workspace_id, 'case', case_id, ${momentOf(last.alarmAt)}, ${commits.length}::int, ${file.case.status === 'open'},
      ${copyOf(saidOf(file), 'json')}
    from seeded`.execute(tx);
  for (const [nr, commit] of said ? commits.entries() : []) {
    await writeCommit(tx, commit, nr + 1);
  }
}

async function writeCommit(tx: Tx, { at, decision }: Commit, version: number): Promise<void> {
  for (const { by, what } of decision.events) {
    await sql`
      insert into kept.timeline_event (workspace_id, case_id, at, by, what)
      select workspace_id, case_id, ${momentOf(at)}, ${by === null ? sql`null` : sql`owner_id`}, ${copyOf(what, 'json')} from seeded`.execute(
      tx,
    );
  }
  await sql`
    insert into kept.received (workspace_id, key, at)
    select workspace_id, gen_random_uuid()::text, ${momentOf(at)} from seeded`.execute(tx);
  for (const message of decision.messages) {
    const key = message.op === 'post' ? message.key : `${message.of}#${version}`;
    const { key: _k, ...said } = { key: '', ...message };
    const member = message.op === 'post' && message.to.kind === 'member' ? message.to.memberId : null;
    const destination = member === null ? `case/${STORY.caseId}` : `member/${member}`;
    await sql`
      insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at, attempts, sent_at)
      select workspace_id, case_id, ${textOf(key)}, ${textOf(destination)}, ${copyOf(said, 'json')}, ${momentOf(at)}, ${momentOf(at)}, 1,
        ${momentOf(at)} + 300
      from seeded`.execute(tx);
    if (message.op === 'post') {
      await sql`
        insert into kept.post (workspace_id, key, case_id, audience, say, tried, connection, ref)
        select workspace_id, ${textOf(message.key)}, case_id, ${copyOf(message.to)}, ${copyOf(message.say)}, '[]',
          ${decision.file.case.place.connection}, gen_random_uuid()::text
        from seeded`.execute(tx);
    }
  }
}

/** The share of the window at which a story's next alarm comes. */
function alarmShare({ commits }: Story): number {
  const at = commits.at(-1)?.alarmAt;
  if (!at) throw new Error('The story has no alarm');
  return (at - STORY.starts) / STORY.windowMs;
}

const PLACES: Record<string, string> = {
  [STORY.workspaceId]: 'workspace_id',
  [STORY.caseId]: 'case_id',
  [STORY.promiseId]: 'promise_id',
  [STORY.holdId]: 'hold_id',
  [STORY.customerId]: 'customer_id',
  [STORY.ownerId]: 'owner_id',
  [STORY.leadId]: 'lead_id',
  [STORY.title]: 'title',
  [String(STORY.number)]: 'number',
};
const PLACE = new RegExp(`(${Object.keys(PLACES).join('|')}|\\b1[0-9]{12}\\b)`, 'u');

function copyOf(doc: unknown, type: 'json' | 'jsonb' = 'jsonb') {
  return sql`(${textOf(JSON.stringify(doc))})::${sql.raw(type)}`;
}

/** The text as SQL over a row of `seeded`: its ids and numbers are the row's, its moments moved and stretched. */
function textOf(text: string) {
  const pieces = text.split(PLACE).map((piece, at) => {
    if (at % 2 === 0) return sql.lit(piece);
    const place = PLACES[piece];
    return place === undefined ? sql`${momentOf(Number(piece))}::text` : sql`${sql.ref(place)}::text`;
  });
  return sql.join(pieces, sql` || `);
}

function momentOf(at: Instant | null) {
  if (at === null) return sql`null::bigint`;
  const share = (at - STORY.starts) / STORY.windowMs;
  return share === 0 ? sql`starts` : sql`(starts + round(window_ms * ${sql.lit(share)}::float8)::bigint)`;
}

/** Reads a sample back with the domain's own schemas. Throws when what was written isn't what the domain writes. */
async function parseSample(db: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows: refs } = await sql`
      select workspace_id as "workspaceId", id as "caseId" from kept.care_case limit 20`.execute(tx);
    await readFiles(tx, z.array(z.object({ workspaceId: WorkspaceId, caseId: CaseId })).parse(refs));
  });
  const { rows: members } = await sql`select doc from kept.member limit 20`.execute(db);
  z.array(z.object({ doc: Member })).parse(members);
  const said = z.object({ audience: Audience, say: Say });
  const { rows: posts } = await sql`select audience, say from kept.post limit 20`.execute(db);
  z.array(said).parse(posts);
  const { rows: events } = await sql`select what from kept.timeline_event limit 20`.execute(db);
  z.array(z.object({ what: Happening })).parse(events);
}
