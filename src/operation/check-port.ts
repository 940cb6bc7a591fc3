import { once } from 'node:events';
import { createServer } from 'node:net';
import { z } from 'zod';
import { type Finding, ok, warning, wrong } from '../app/finding.ts';
import { codeOf, type Setup } from './check.ts';
import { urlHost } from './check-settings.ts';

const ANSWER_WITHIN_MS = 2_000;

const Health = z.object({ ok: z.boolean() });
const Readiness = z.object({
  ok: z.boolean(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() })),
});

/** Why a port can't be listened on, and what to do. */
const TROUBLE: Record<string, { why: string; mend: string }> = {
  EADDRINUSE: { why: 'another program has it', mend: 'Stop that program, or choose another port with PORT.' },
  EACCES: {
    why: 'this user may not listen there',
    mend: 'Choose a port from 1024 up with PORT, and let a proxy listen on the lower one.',
  },
  EADDRNOTAVAIL: { why: 'this machine has no such address', mend: 'Set HOST=127.0.0.1, or unset it.' },
  ENOTFOUND: { why: 'nobody knows that name', mend: 'Set HOST=127.0.0.1, or unset it.' },
};

/** Either nobody is on the port, or Kept itself is and does its work. */
export async function checkPort({ config: { host, port } }: Setup): Promise<Finding[]> {
  if (port === 0) {
    return [ok('A free port is chosen at every start; the log says which.')];
  }
  const where = `${urlHost(host)}:${port}`;
  const health = Health.safeParse(await answerOf(`http://${where}/healthz`));
  const readiness = Readiness.safeParse(await answerOf(`http://${where}/readyz`));
  if (health.success && readiness.success) {
    const amiss = Object.entries(readiness.data.checks).filter(([, check]) => !check.ok);
    const said = amiss.map(([name, { detail }]) => `${name} ${detail}`).join('; ');
    if (!readiness.data.ok) {
      return [wrong(`Kept runs on ${where}, but isn't ready: ${said}.`, 'Its log says more.')];
    }
    return said === ''
      ? [ok(`Kept runs on ${where} and is ready.`)]
      : [warning(`Kept runs on ${where}, but not all is well: ${said}.`, 'Its log says more.')];
  }
  const trouble = await listeningFails(host, port);
  if (trouble === null) {
    return [ok(`${where} is free.`)];
  }
  const { why, mend } = TROUBLE[trouble] ?? { why: trouble, mend: 'Choose another HOST or PORT.' };
  return [wrong(`Kept can't listen on ${where}: ${why}.`, mend)];
}

/** The JSON that is answered, or null where nobody answers, or with something else. */
async function answerOf(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'error' });
    return await response.json();
  } catch {
    return null;
  }
}

async function listeningFails(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return null;
  } catch (error) {
    return codeOf(error);
  }
}
