import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client, type PoolConfig } from 'pg';
import type { Finding } from './app/finding.ts';
import { type Config, readConfig } from './config.ts';
import { url } from './config-problem.ts';
import { checkPostgres } from './operation/check-postgres.ts';
import { createLog } from './operation/log.ts';
import { inWords } from './operation/start-trouble.ts';
import { openDatabase } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { migrate } from './store/migrate.ts';
import { type MovedTable, MoveInDoubt, MoveRefused, moveRows, refuseUnmovable } from './store/move.ts';
import { markMovedAway } from './store/moved-away.ts';
import { ownKeyFile } from './store/own-key.ts';

const USAGE = `npm run move -- --to postgres://kept:secret@127.0.0.1:5432/kept

Moves everything from the database that Kept uses now, as the environment says (the embedded one, where DATABASE_URL
is not set), to another one, which must be empty. Stop Kept before. The old one is left as it was.
`;

const NOT_ON_IT = 'See that nothing starts on it again, or everything is said twice.';

type Source = { name: string; poolConfig: PoolConfig; dataDir: string | null };

const stops: (() => Promise<void>)[] = [];
try {
  const to = targetOf(process.argv.slice(2));
  const config = readConfig(process.env);
  const from = await sourceOf(config);
  const target = nameOf(to);
  refuseWrong(await checkPostgres({ config: { databaseUrl: to, redisUrl: config.redisUrl } }));
  say(`Moving from ${from.name} to ${target}.`);
  const [source, sink] = [await connected(from.poolConfig), await connected({ connectionString: to })];
  await refuseUnmovable(source, sink);
  await bringUpToDate(from.poolConfig);
  await bringUpToDate({ connectionString: to });
  const moved = await moveRows(source, sink, sayTable);
  say(whatNow(moved, from, config, from.dataDir === null ? null : await mark(from.dataDir, target)));
} catch (error) {
  const why = error instanceof MoveRefused || error instanceof MoveInDoubt ? error.message : inWords(error);
  process.stderr.write(`${error instanceof MoveInDoubt ? '' : 'Nothing was moved.\n'}${why}\n`);
  process.exitCode = 1;
} finally {
  for (const stop of stops.toReversed()) {
    await stop();
  }
}

/** The URL after --to. Throws MoveRefused with what was expected. */
function targetOf(args: string[]): string {
  const read = () => {
    try {
      return parseArgs({ args, options: { to: { type: 'string' } } }).values.to;
    } catch {
      return undefined;
    }
  };
  const to = read();
  if (to === undefined) {
    throw new MoveRefused(`It has to be said where to, and nothing else:\n\n${USAGE}`);
  }
  const parsed = url('postgres:', 'postgresql:').safeParse(to);
  if (!parsed.success) {
    throw new MoveRefused(`--to must be the URL of a Postgres database:\n\n${USAGE}`);
  }
  return parsed.data;
}

async function sourceOf({ databaseUrl, dataDir, logLevel }: Config): Promise<Source> {
  if (databaseUrl !== null) {
    return { name: nameOf(databaseUrl), poolConfig: { connectionString: databaseUrl }, dataDir: null };
  }
  const dir = path.resolve(dataDir);
  if (!existsSync(path.join(dir, 'pg', 'PG_VERSION'))) {
    throw new MoveRefused(
      `There is no database in ${dir}. Name the directory that Kept ran with in KEPT_DATA_DIR, or its database in DATABASE_URL.`,
    );
  }
  const embedded = await startEmbedded({ dataDir: dir, log: createLog(logLevel) });
  stops.push(embedded.stop);
  return { name: `the embedded database in ${dir}`, poolConfig: embedded.poolConfig, dataDir: dir };
}

/** Throws MoveRefused with what the doctor says is wrong, if anything is. */
function refuseWrong(findings: readonly Finding[]): void {
  const wrong = findings.flatMap((finding) =>
    finding.state === 'wrong' ? [`${finding.says}\n→ ${finding.mend}`] : [],
  );
  if (wrong.length > 0) {
    throw new MoveRefused(wrong.join('\n'));
  }
}

async function connected(config: PoolConfig): Promise<Client> {
  const client = new Client(config);
  // The query going on rejects with the same; unheard it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  stops.push(() => client.end());
  return client;
}

async function bringUpToDate(config: PoolConfig): Promise<void> {
  const db = openDatabase({ ...config, max: 1 }, () => undefined);
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

/** Marks the old directory, and says in words what became of it: all is moved by then, whatever comes of this. */
async function mark(dataDir: string, target: string): Promise<string> {
  try {
    await markMovedAway(dataDir, target);
    return `${dataDir} was left as it was, and marked: Kept doesn’t start on it any more. Keep it until all is well.`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return `${dataDir} was left as it was, and could not be marked (${code}). ${NOT_ON_IT}`;
  }
}

/** A database in words, without its password. */
function nameOf(databaseUrl: string): string {
  const { pathname, host } = new URL(databaseUrl);
  return `${pathname.slice(1) || 'the default database'} on ${host || 'the local socket'}`;
}

function whatNow(
  moved: readonly MovedTable[],
  { dataDir, name }: Source,
  { encryptionKeys }: Config,
  marked: string | null,
): string {
  const rows = moved.reduce((sum, table) => sum + table.rows, 0);
  const file = dataDir === null ? null : ownKeyFile(dataDir);
  const key =
    file !== null && existsSync(file) && encryptionKeys === null
      ? [`KEPT_ENCRYPTION_KEY  to what is in ${file}: without it no token opens`]
      : [];
  return [
    `Moved ${rows} rows of ${moved.length} tables, each compared on both sides.`,
    '',
    'Now set, wherever Kept is started:',
    '  DATABASE_URL         to the URL that you gave as --to',
    ...key.map((line) => `  ${line}`),
    'Then start Kept. What came due meanwhile is said then, and bells hang by themselves.',
    '',
    marked ?? `${name} was left as it was. ${NOT_ON_IT}`,
  ].join('\n');
}

function sayTable({ name, rows }: MovedTable): void {
  say(`  ${name.padEnd(20)} ${rows}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
