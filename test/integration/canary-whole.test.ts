import { describe, expect, it } from 'vitest';
import { outsideWatch } from '../support/outside-watch.ts';
import { eventually, runningKept } from '../support/running-kept.ts';

describe('a whole Kept', () => {
  it('pings while a canary comes through its own bells, and no more when it is stopped', {
    timeout: 150_000,
  }, async () => {
    const outside = await outsideWatch();
    let ahead = 0;
    const kept = await runningKept({ databaseUrl: null, redisUrl: null }, () => Date.now() + ahead, {
      canaryMs: 120_000,
      heartbeatUrl: outside.url,
    });
    const metrics = async () => (await fetch(`http://127.0.0.1:${kept.port}/metrics`)).text();
    try {
      await kept.client.startExample();
      await eventually(
        async () => /kept_canary_last_success_timestamp_seconds\{/u.test(await metrics()),
        30_000,
      );
      ahead = 25_000;
      await eventually(async () => outside.pings() > 0, 90_000);
      expect(await metrics()).toMatch(/kept_canary_lateness_seconds\{workspace="[\w-]+"\} [0-9]/u);
      const ready = await (await fetch(`http://127.0.0.1:${kept.port}/readyz`)).json();
      expect(ready).toMatchObject({ ok: true });
    } finally {
      await kept.stop();
    }
    const before = outside.pings();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(outside.pings()).toBe(before);
    await outside.stop();
  });
});
