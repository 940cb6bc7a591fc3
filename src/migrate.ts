import { carryOnPostgres } from '../jobs/postgres-queues.ts';
import { readConfig } from './config.ts';
import { createLog } from './operation/log.ts';
import { inWords } from './operation/start-trouble.ts';
import { openDatabase } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { migrate } from './store/migrate.ts';

const stops: (() => Promise<void>)[] = [];
try {
  const { databaseUrl, redisUrl, dataDir, logLevel } = readConfig(process.env);
  const log = createLog(logLevel);
  let poolConfig: Parameters<typeof openDatabase>[0] = { connectionString: databaseUrl ?? '', max: 1 };
  if (databaseUrl === null) {
    const embedded = await startEmbedded({ dataDir, log });
    stops.push(embedded.stop);
    poolConfig = embedded.poolConfig;
  }
  const db = openDatabase(poolConfig, (err) => log.warn({ err }, 'A database connection was lost'));
  stops.push(() => db.destroy());
  const done = await migrate(db);
  say(done.length === 0 ? 'The tables were up to date.' : `Done: ${done.join(', ')}.`);
  if (redisUrl === null) {
    const queues = await carryOnPostgres(poolConfig, 'bullmq');
    stops.push(queues.close);
    say('The tables of the bells (BullMQ) are up to date.');
  }
} catch (error) {
  process.stderr.write(`The database was not brought up to date.\n${inWords(error)}\n`);
  process.exitCode = 1;
} finally {
  for (const stop of stops.toReversed()) {
    await stop();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
