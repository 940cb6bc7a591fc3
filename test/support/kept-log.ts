import type { Log } from '../../src/app/deps.ts';

export type LogLine = { level: string; fields: object; message: string };

/** A log that keeps its lines in `lines`. */
export function keptLog(lines: LogLine[]): Log {
  const keep = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
