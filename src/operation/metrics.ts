import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AuditReport } from '../app/auditing.ts';
import type { Canary } from '../app/canary.ts';
import type { Delivered } from '../app/deliver-due.ts';
import type { Pruned } from '../app/prune.ts';
import type { Gauges } from '../app/store.ts';
import type { Woken } from '../app/wake-due.ts';

/** What the auditor found last, in whatever process, and the canaries. */
export type Watched = { report: AuditReport | null; canaries: Canary[] };

/** What Prometheus reads: gauges are asked of the store when it does, the rest is counted as it happens. */
export function createMetrics(
  gauges: () => Promise<Gauges>,
  watched: () => Promise<Watched> = () => Promise.resolve({ report: null, canaries: [] }),
) {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const open = gauge('kept_promises_open', 'Live promises');
  const risk = gauge('kept_promises_at_risk', 'Live promises that are at risk');
  const cases = gauge('kept_cases_open', 'Open care cases');
  const age = gauge('kept_outbox_oldest_seconds', 'Age of the oldest message that is still owed');
  const violations = new Gauge({
    name: 'kept_invariant_violations',
    help: 'What the auditor found last that must never be and could not mend, by kind',
    labelNames: ['kind'],
    registers,
  });
  const repairs = new Counter({
    name: 'kept_repairs_total',
    help: 'What the auditor found that must never be and mended, by kind, in runs of this process',
    labelNames: ['kind'],
    registers,
  });
  const canaryLateness = new Gauge({
    name: 'kept_canary_lateness_seconds',
    help: "From a canary's time to its message being sent, in its last flight that was sent, by workspace",
    labelNames: ['workspace'],
    registers,
  });
  const canaryOk = new Gauge({
    name: 'kept_canary_last_success_timestamp_seconds',
    help: 'When a canary last came through, by workspace; 0: never yet',
    labelNames: ['workspace'],
    registers,
  });
  const lateness = new Histogram({
    name: 'kept_alarm_lateness_seconds',
    help: "From an alarm's time to the commit of its decision",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  });
  const sends = new Counter({
    name: 'kept_sends_total',
    help: 'Messages by what became of them',
    labelNames: ['result'],
    registers,
  });
  const pruned = new Counter({
    name: 'kept_pruned_total',
    help: 'Rows taken away since nobody needs them any more, by table, in runs of this process',
    labelNames: ['table'],
    registers,
  });
  const inDoubt = new Counter({
    name: 'kept_sends_in_doubt_total',
    help: 'Tries of messages of which an earlier one may have arrived, by kind of connection: looked for in Slack, posted again in Teams',
    labelNames: ['kind'],
    registers,
  });

  return {
    woken({ latenessMs }: Woken): void {
      for (const ms of latenessMs) {
        lateness.observe(ms / 1_000);
      }
    },
    pruned(counts: Pruned): void {
      for (const [table, count] of Object.entries(counts)) {
        pruned.inc({ table }, count);
      }
    },
    delivered({ inDoubt: doubtful, ...counts }: Delivered): void {
      for (const [result, count] of Object.entries(counts)) {
        sends.inc({ result }, count);
      }
      for (const [kind, count] of Object.entries(doubtful)) {
        inDoubt.inc({ kind }, count);
      }
    },
    repaired(repaired: AuditReport['repaired']): void {
      for (const [kind, count] of Object.entries(repaired)) {
        repairs.inc({ kind }, count);
      }
    },
    async read(): Promise<{ contentType: string; body: string }> {
      const [now, { report, canaries }] = await Promise.all([gauges(), watched()]);
      for (const [kind, count] of Object.entries(report?.left ?? {})) {
        violations.set({ kind }, count);
      }
      canaryLateness.reset();
      canaryOk.reset();
      for (const { workspaceId: workspace, latenessMs, lastOkAt } of canaries) {
        canaryOk.set({ workspace }, (lastOkAt ?? 0) / 1_000);
        if (latenessMs !== null) {
          canaryLateness.set({ workspace }, latenessMs / 1_000);
        }
      }
      open.set(now.livePromises);
      risk.set(now.atRisk);
      cases.set(now.openCases);
      age.set(now.oldestOwedMs / 1_000);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
