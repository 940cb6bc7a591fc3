import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** It is run with each of these numbers of clients. */
export const CLIENTS = [4, 8, 16];

/** pgbench on a database of that server, made ready. */
export type Pgbench = { run: (seconds: number) => { tps: number; clients: number }[] };

/**
 * Fills `url` for pgbench; at scale 10 it has a million accounts. A run gives transactions a second of `pgbench -N` by
 * numbers of clients. Throws when pgbench isn't installed: it comes with Debian's postgresql package.
 */
export function preparePgbench(url: string, scale: number): Pgbench {
  const program = programAt();
  const make = spawnSync(program, ['-i', '-q', '-s', String(scale), url], { encoding: 'utf8' });
  if (make.status !== 0) throw new Error(`pgbench could not fill its tables: ${make.stderr}`);
  return {
    run: (seconds) =>
      CLIENTS.map((clients) => {
        const load = ['-c', String(clients), '-j', '2', '-T', String(seconds)];
        const done = spawnSync(program, ['-N', '-n', ...load, url], { encoding: 'utf8' });
        const tps = Number(/tps = ([\d.]+)/u.exec(done.stdout)?.[1] ?? Number.NaN);
        if (!Number.isFinite(tps)) throw new Error(`pgbench failed: ${done.stderr}`);
        return { tps, clients };
      }),
  };
}

function programAt(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const dirs = [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  const found = dirs.map((dir) => path.join(dir, 'pgbench')).find((file) => existsSync(file));
  if (found === undefined)
    throw new Error('pgbench is not installed: it comes with Debian’s package postgresql');
  return found;
}
