import { z } from 'zod';
import { ConfigError } from '../config-problem.ts';
import { POSTGRES_TROUBLE } from './postgres-trouble.ts';

/** Errors whose message is for whoever starts Kept. */
const IN_WORDS = new Set(['DataDirLockedError', 'MovedAwayError', 'NewerDatabaseError']);

const Coded = z.object({ code: z.string(), port: z.number().optional(), syscall: z.string().optional() });

/** Why Kept did not start, in a sentence that says what to do; of what nobody foresaw, where it happened. */
export function inWords(error: unknown): string {
  if (error instanceof ConfigError || (error instanceof Error && IN_WORDS.has(error.name))) {
    return error.message;
  }
  const coded = Coded.safeParse(error);
  const { code, port, syscall } = coded.success ? coded.data : { code: '' };
  if (syscall === 'listen') {
    return `Port ${port} can't be listened on (${code}). Set PORT to another, like PORT=3001.`;
  }
  const trouble = POSTGRES_TROUBLE[code];
  if (trouble !== undefined) {
    return `The database can't be used: ${trouble.why} (${code}). ${trouble.mend} npm run doctor says more.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
