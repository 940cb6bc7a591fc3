import { sql } from 'kysely';
import { z } from 'zod';
import { type Finding, ok, warning, wrong } from '../app/finding.ts';
import { APP_ROLE, CLAIM_ROLE, type Database, openDatabase } from '../store/database.ts';
import { migrationState } from '../store/migrate.ts';
import { codeOf, reasonOf, type Setup, tried } from './check.ts';
import { checkMigrations } from './check-migrations.ts';
import { POSTGRES_TROUBLE } from './postgres-trouble.ts';

const LEAST_VERSION = 14;
const ANSWER_WITHIN_MS = 5_000;
/** A process whose clock is off decides too early or too late what others claim. */
const CLOCKS_APART_MS = 2_000;

const Server = z.object({
  version: z.string(),
  major: z.int(),
  encoding: z.string(),
  login: z.string(),
  database: z.string(),
  isStandby: z.boolean(),
  mayCreate: z.boolean(),
  mayMakeRoles: z.boolean(),
  now: z.number(),
});
type Server = z.infer<typeof Server>;

type CheckedBy = { config: Pick<Setup['config'], 'databaseUrl' | 'redisUrl'> };

/** The database that DATABASE_URL names: whether it answers, is fit, and lets us do our work. */
export async function checkPostgres({ config }: CheckedBy): Promise<Finding[]> {
  const { databaseUrl } = config;
  if (databaseUrl === null) {
    return [];
  }
  const url = new URL(databaseUrl);
  if (url.username === '' && /[?#].*@/u.test(databaseUrl)) {
    return [
      wrong(
        'The user or password in DATABASE_URL holds a # or ?, which ends a URL there.',
        'Write # as %23 and ? as %3F.',
      ),
    ];
  }
  const where = `${url.pathname.slice(1) || 'the default database'} on ${url.host || 'the local socket'}`;
  const db = openDatabase(
    {
      connectionString: databaseUrl,
      max: 1,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    },
    () => undefined,
  );
  try {
    const server = await serverOf(db);
    return [
      ...fitness(server, where),
      ...(await tried(() => privileges(db, server, config.redisUrl === null))),
      ...(await tried(() => roles(db, server))),
      ...(await tried(() => checkMigrations(db))),
    ];
  } catch (error) {
    const mend = 'Mend DATABASE_URL, or the server it names.';
    const trouble = POSTGRES_TROUBLE[codeOf(error)] ?? { why: reasonOf(error), mend };
    return [wrong(`Kept can't reach ${where}: ${trouble.why}.`, trouble.mend)];
  } finally {
    await db.destroy();
  }
}

async function serverOf(db: Database): Promise<Server> {
  const { rows } = await sql`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int / 10000 as major,
      current_setting('server_encoding') as encoding, current_user::text as login,
      current_database()::text as database,
      pg_is_in_recovery() as "isStandby",
      has_database_privilege(current_database(), 'create') as "mayCreate",
      (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as "mayMakeRoles",
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
  return Server.parse(rows[0]);
}

function fitness({ version, major, encoding, isStandby, now }: Server, where: string): Finding[] {
  const apart = Math.abs(now - Date.now());
  return [
    major >= LEAST_VERSION
      ? ok(`Postgres ${version} answers: ${where}.`)
      : wrong(
          `Postgres is ${version}, but ${LEAST_VERSION} or newer is needed.`,
          'Upgrade it, or use another server.',
        ),
    ...(encoding === 'UTF8'
      ? []
      : [
          wrong(
            `The database keeps text as ${encoding}, which can't hold every script.`,
            'Make one with: createdb --encoding=UTF8 --template=template0',
          ),
        ]),
    ...(isStandby
      ? [wrong('This server is a standby: nothing can be written.', 'Name the primary in DATABASE_URL.')]
      : []),
    ...(apart < CLOCKS_APART_MS
      ? []
      : [
          warning(
            `The clocks of this machine and of Postgres are ${Math.round(apart / 1_000)} s apart.`,
            'Let NTP set both: reminders go by Postgres’ clock, and what chats sign by this machine’s.',
          ),
        ]),
  ];
}

/** BullMQ asks for its schema at every start, which takes the privilege each time; ours is made once. */
async function privileges(db: Database, server: Server, bellsHere: boolean): Promise<Finding[]> {
  const { mayCreate, login, database } = server;
  const isMade = (await migrationState(db)).run.length > 0;
  return mayCreate || (isMade && !bellsHere)
    ? []
    : [
        wrong(
          `${login} may not create schemas in this database.`,
          `As its owner: grant create on database ${name(database)} to ${name(login)};`,
        ),
      ];
}

/** The two roles that row-level security is written for, tried by taking them on. */
async function roles(db: Database, { login, mayMakeRoles, major }: Server): Promise<Finding[]> {
  const findings = await Promise.all([APP_ROLE, CLAIM_ROLE].map((role) => roleOf(db, role)));
  const missing = findings.flatMap(({ role, state }) => (state === 'missing' ? [role] : []));
  // Up to 15, who may make roles may also take on what others made; the migration does it.
  const mayTake = mayMakeRoles && major < 16;
  const refused = findings.flatMap(({ role, state }) => (state === 'refused' && !mayTake ? [role] : []));
  const grants = (names: string[]) => names.map((role) => `grant ${role} to ${name(login)};`).join(' ');
  return [
    ...(refused.length === 0
      ? []
      : [
          wrong(
            `${login} may not act as ${refused.join(' and ')}, which keep workspaces apart.`,
            `As a superuser: ${grants(refused)}`,
          ),
        ]),
    ...(missing.length === 0 || mayMakeRoles
      ? []
      : [
          wrong(
            `The roles ${missing.join(' and ')} are not there, and ${login} may not make them.`,
            `As a superuser: ${missing.map((role) => `create role ${role} nologin;`).join(' ')} ${grants(missing)}`,
          ),
        ]),
  ];
}

type RoleState = { role: string; state: 'fine' | 'missing' | 'refused' };

async function roleOf(db: Database, role: string): Promise<RoleState> {
  const { rows } = await sql`select to_regrole(${role}) is not null as there`.execute(db);
  if (!z.object({ there: z.boolean() }).parse(rows[0]).there) {
    return { role, state: 'missing' };
  }
  try {
    await db.transaction().execute(async (tx) => {
      await sql`set local role ${sql.id(role)}`.execute(tx);
      // A setting alone isn't sent.
      await sql`select 1`.execute(tx);
    });
    return { role, state: 'fine' };
  } catch (error) {
    if (codeOf(error) === '42501') {
      return { role, state: 'refused' };
    }
    throw error;
  }
}

/** A name as SQL takes it. */
function name(text: string): string {
  return /^[a-z_][a-z0-9_]*$/u.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}
