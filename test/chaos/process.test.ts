import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type KeptProcess, startKeptProcess } from '../support/kept-process.ts';

describe('the process', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kept-process-'));
  const started: KeptProcess[] = [];
  const begin = async (env: Record<string, string>) => {
    const kept = await startKeptProcess({ KEPT_DATA_DIR: dataDir, ...env });
    started.push(kept);
    return kept;
  };
  afterAll(async () => {
    for (const kept of started) await kept.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is ready within 10 s the first time and within 3 s the second, and keeps what it had', async () => {
    const first = await begin({});
    expect((await first.client.get('/healthz')).status).toBe(200);
    await first.client.startExample();
    expect(await first.stop()).toBe(0);
    const second = await begin({});
    expect((await second.client.session()).name).toBe('Example team');
    process.stdout.write(`Ready after ${first.readyAfterMs} ms, then ${second.readyAfterMs} ms\n`);
    expect(first.readyAfterMs).toBeLessThan(10_000);
    expect(second.readyAfterMs).toBeLessThan(3_000);
  });

  it('lets no second process at its data directory', async () => {
    await expect(begin({})).rejects.toThrow(/another|already|in use|held/iu);
  });

  it('stops within 10 s of being told to, though somebody is looking', async () => {
    const [, running] = started;
    const ada = await running?.client.as('Ada');
    const live = await running?.client.get(`/api/live?as=${ada?.id}`);
    expect(live?.status).toBe(200);
    const began = Date.now();
    expect(await running?.stop()).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  it('says in a sentence that its port is taken', async () => {
    const first = await begin({});
    const second = begin({ KEPT_DATA_DIR: join(dataDir, 'other'), PORT: String(first.port) });
    await expect(second).rejects.toThrow(new RegExp(`Port ${first.port} can't be listened on`, 'u'));
    await expect(second).rejects.not.toThrow(/ at Server/u);
    await first.stop();
  });

  it('stops before it starts at a wrong variable, with its name and an example, and without its value', async () => {
    const wrong = begin({ DATABASE_URL: 'mysql://me:my-secret@db/kept' });
    await expect(wrong).rejects.toThrow(/DATABASE_URL must be .*like DATABASE_URL=postgres:/u);
    await expect(wrong).rejects.not.toThrow(/my-secret/u);
  });

  it('says what it could not reach, and does not go on without its truth', async () => {
    await expect(begin({ DATABASE_URL: 'postgres://127.0.0.1:1/kept' })).rejects.toThrow(/ECONNREFUSED/u);
  });
});
