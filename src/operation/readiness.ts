import type { Store } from '../app/store.ts';

type Check = { ok: boolean; detail: string };

/** Whether this process can do its work: database, queue, and what the fleet's auditor found last. */
export function createReadiness(parts: {
  store: Pick<Store, 'ping'>;
  jobs: () => { health(): Promise<Check> } | null;
  auditor: () => Promise<Check>;
}) {
  return {
    async check(): Promise<{ ok: boolean; checks: Record<string, Check> }> {
      const checks = {
        database: await tried(async () => {
          await parts.store.ping();
          return { ok: true, detail: 'answers' };
        }),
        queue: await tried(
          async () => (await parts.jobs()?.health()) ?? { ok: false, detail: 'is not started yet' },
        ),
        auditor: await tried(parts.auditor),
      };
      return { ok: Object.values(checks).every(({ ok }) => ok), checks };
    },
  };
}

async function tried(check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'failed' };
  }
}
