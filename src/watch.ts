import { audit, isViolated } from './app/audit.ts';
import { auditVerdict } from './app/audit-verdict.ts';
import { AuditReport } from './app/auditing.ts';
import { areWell, type Canaries, flyCanaries } from './app/canary.ts';
import type { Clock } from './app/clock.ts';
import type { Duties, Duty } from './app/duty.ts';
import type { Config } from './config.ts';
import { ping } from './operation/heartbeat.ts';
import type { Watched } from './operation/metrics.ts';

const AUDIT_EVERY_MS = 60_000;
/** Often enough to see a canary land, and to let the next one fly in its turn. */
const CANARY_EVERY_MS = 10_000;
/** An outside watch that waits for five minutes has missed ten then. */
const HEARTBEAT_EVERY_MS = 30_000;
/** A report older than this was not made in its turn. */
const FRESH_MS = 150_000;

type WatchConfig = Pick<Config, 'canaryMs' | 'heartbeatUrl'>;

/** What every process knows of the fleet's watch, whichever process did its rounds. */
export function watchOf(parts: {
  duties: Duties;
  canaries: Canaries;
  config: WatchConfig;
  isWorking: boolean;
}) {
  const { duties, canaries, config, isWorking } = parts;
  return {
    /** A process that only hears can't help that no worker runs: it says so, and goes on hearing. */
    auditor: async () => {
      const { ok, detail, isCurrent } = auditVerdict(await duties.state('audit'));
      return { ok: ok || (!isCurrent && !isWorking), detail };
    },
    read: async (): Promise<Watched> => ({
      report: auditVerdict(await duties.state('audit')).report,
      canaries: config.canaryMs === null ? [] : await canaries.all(),
    }),
  };
}

/** The duties of the watch: the auditor; the canaries, which land where they are off; the heartbeat, where it is on. */
export function watchDuties(parts: {
  deps: Parameters<typeof audit>[0] & Parameters<typeof flyCanaries>[0];
  duties: Duties;
  config: WatchConfig;
  repaired: (repaired: AuditReport['repaired']) => void;
}): Duty[] {
  const { deps, duties, config, repaired } = parts;
  const { canaryMs, heartbeatUrl } = config;
  const auditor: Duty = {
    name: 'audit',
    everyMs: AUDIT_EVERY_MS,
    run: async () => {
      const before = AuditReport.safeParse((await duties.state('audit')).result);
      const report = await audit(deps, before.success ? before.data : null);
      repaired(report.repaired);
      return report;
    },
  };
  const canary: Duty = {
    name: 'canary',
    everyMs: CANARY_EVERY_MS,
    run: () => flyCanaries(deps, canaryMs),
  };
  const heartbeat = (url: string): Duty => ({
    name: 'heartbeat',
    everyMs: HEARTBEAT_EVERY_MS,
    run: async () => {
      const well = await isAllWell({ duties, canaries: deps.canaries, clock: deps.clock, canaryMs });
      return { well, taken: well && (await ping(url, deps.log)) };
    },
  });
  return [auditor, canary, ...(heartbeatUrl === null ? [] : [heartbeat(heartbeatUrl)])];
}

/**
 * Whether an outside watch may hear that all is well: the auditor's last report is fresh and found nothing, mended or
 * not, and every canary that is on came through. Whoever has nothing to say keeps silent, which is the alarm.
 */
async function isAllWell(parts: {
  duties: Duties;
  canaries: Canaries;
  clock: Clock;
  canaryMs: number | null;
}): Promise<boolean> {
  const { duties, canaries, clock, canaryMs } = parts;
  const state = await duties.state('audit');
  const { report } = auditVerdict(state);
  const isFresh = state.ageMs !== null && state.ageMs <= FRESH_MS;
  if (report === null || !isFresh || isViolated(report.found) || isViolated(report.left)) {
    return false;
  }
  if (canaryMs === null) {
    return true;
  }
  // Who was disconnected doesn't fly, and is no alarm; who is connected and has none that flies is one.
  const perches = new Set((await canaries.perches()).map(({ workspaceId }) => workspaceId));
  const flying = (await canaries.all()).filter(({ workspaceId }) => perches.has(workspaceId));
  return flying.length === perches.size && areWell(flying, canaryMs, clock());
}
