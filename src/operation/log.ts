import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';

/** JSON lines on standard output. What could be a secret is taken out by its name, wherever it stands. */
export function createLog(level: Config['logLevel']): Logger {
  return pino({
    level,
    base: { service: 'kept' },
    redact: {
      paths: [
        'token',
        'password',
        'authorization',
        'connectionString',
        'url',
        '*.token',
        '*.password',
        '*.url',
      ],
      censor: '[removed]',
    },
  });
}
