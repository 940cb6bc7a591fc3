import { start } from './compose.ts';
import { readConfig, unusedVariables } from './config.ts';
import { createLog, secretsOf } from './operation/log.ts';
import { inWords } from './operation/start-trouble.ts';

/** Work in flight may take this long to finish; then the process ends all the same. */
const STOP_WITHIN_MS = 10_000;

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel, { secrets: secretsOf(config) });
  const unused = unusedVariables(process.env);
  if (unused.length > 0) {
    log.warn({ unused }, 'These variables do nothing as things are; npm run doctor says why');
  }
  const starting = start(config, log);
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) {
      return;
    }
    isStopping = true;
    log.info({ signal }, 'Stopping');
    setTimeout(() => {
      log.error('Work in flight did not finish in time');
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    // Told to stop while it still starts, it finishes the start first: half a start can't be stopped cleanly.
    const kept = await starting;
    await kept.stop();
    log.info('Stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).catch((err: unknown) => {
        log.error({ err }, 'Stopping failed');
        process.exitCode = 1;
      });
    });
  }
  await starting;
} catch (error) {
  process.stderr.write(`Kept did not start.\n${inWords(error)}\n`);
  process.exitCode = 1;
}
