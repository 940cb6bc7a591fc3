import { start } from './compose.ts';
import { readConfig, unusedVariables } from './config.ts';
import { createLog } from './operation/log.ts';
import { inWords } from './operation/start-trouble.ts';

/** Work in flight may take this long to finish; then the process ends all the same. */
const STOP_WITHIN_MS = 10_000;

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const unused = unusedVariables(process.env);
  if (unused.length > 0) {
    log.warn({ unused }, 'These variables do nothing yet: Slack and Teams come with a later version');
  }
  const kept = await start(config, log);
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.info({ signal }, 'Stopping');
    setTimeout(() => {
      log.error('Work in flight did not finish in time');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    kept.stop().then(
      () => log.info('Stopped'),
      (err: unknown) => {
        log.error({ err }, 'Stopping failed');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  process.stderr.write(`Kept did not start.\n${inWords(error)}\n`);
  process.exitCode = 1;
}
