import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { check } from './checker/check.ts';
import { disturbances, STRAIN } from './checker/disturbances.ts';
import type { Recording } from './checker/recording.ts';
import { isDrained, readSnapshot } from './checker/snapshot.ts';
import { drive } from './play/driver.ts';
import { createRecorder } from './play/recorder.ts';
import { figuresOf, isClean, reportOf } from './play/report.ts';
import { setUp } from './play/setting.ts';
import { startStage } from './play/stage.ts';
import { createRandom } from './rig/random.ts';
import { startRig } from './rig/rig.ts';
import { createSaboteur } from './rig/saboteur.ts';
import { watchStrain } from './rig/strain.ts';

const DRAINED_WITHIN_MS = 120_000;
const FAULT_EVERY_MS = [1_500, 7_000] as const;
/** What was broken takes up to 35 s to be well again: the rest of each rest is calm. */
const RESTS = { workMs: [40_000, 70_000], restMs: [75_000, 100_000] } as const;
/** By the workspace. A channel of Slack's takes one message a second, and a case says some twenty. */
const CASES_A_MINUTE = 1.2;
const DOING_EVERY_MS = 3_000;

const { values: args } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string' },
    'no-faults': { type: 'boolean', default: false },
    faults: { type: 'string' },
    json: { type: 'string' },
    record: { type: 'string' },
    main: { type: 'string' },
    webs: { type: 'string', default: '2' },
    workers: { type: 'string', default: '2' },
    verbose: { type: 'boolean', default: false },
    ends: { type: 'string' },
  },
});

const minutes = Number(args.minutes);
const seed = args.seed === undefined ? randomBytes(4).readUInt32LE() : Number(args.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  throw new Error('--minutes is a number above 0, --seed a whole number');
}
process.stdout.write(`Chaos: --seed ${seed} --minutes ${minutes}\n`);
const log = (line: string) => {
  if (args.verbose) process.stderr.write(`${new Date().toISOString().slice(11, 23)} ${line}\n`);
};

process.exitCode = (await run()) ? 0 : 1;

/**
 * The same seed gives the same decisions of people and saboteur. What is real, processes and clocks and the network,
 * still has its own speed, so what they meet differs a little from run to run.
 */
async function run(): Promise<boolean> {
  const random = createRandom(seed);
  const encryptionKey = randomBytes(32).toString('base64');
  const stage = await startStage();
  const [webs, workers] = [Number(args.webs), Number(args.workers)];
  const rig = await startRig({
    random: random.fork('rig'),
    slack: stage.slack.env,
    teams: stage.teams.env,
    extraEnv: { KEPT_ENCRYPTION_KEY: encryptionKey, LOG_LEVEL: 'info' },
    webs,
    workers,
    ...(args.main === undefined ? {} : { mainPath: args.main }),
    log,
  });
  const strain = watchStrain();
  try {
    const begunAt = Date.now();
    log('the fleet is up');
    const tenants = await setUp({ databaseUrl: rig.databaseUrl(), encryptionKey, now: begunAt });
    const { commands, record } = createRecorder();
    const playUntil = begunAt + minutes * 60_000;
    const webOf = random.fork('webs');
    const web = () => {
      const up = rig.webs();
      return up.length === 0 ? null : webOf.pick(up);
    };
    const hands = stage.handsOf(tenants, { web, consoleUrl: rig.consoleUrl });
    const wanted = args.faults?.split(',');
    const faults = [...rig.faults, ...stage.faults].filter(
      ({ name }) => wanted === undefined || wanted.some((one) => name.includes(one)),
    );
    const sabotage = args['no-faults']
      ? Promise.resolve([])
      : createSaboteur({
          faults,
          random: random.fork('saboteur'),
          log,
          everyMs: FAULT_EVERY_MS,
          mostAtOnce: 2,
          rests: RESTS,
        }).run(playUntil);
    const [broken] = await Promise.all([
      sabotage,
      ...hands
        .filter(({ tenant }) => args.ends?.includes(tenant.end) ?? true)
        .map((hand) =>
          drive(
            {
              hand,
              random: random.fork(`people of ${hand.tenant.connection}`),
              casesAMinute: CASES_A_MINUTE,
              everyMs: DOING_EVERY_MS,
              record,
              log,
            },
            playUntil - 20_000,
          ),
        ),
    ]);
    const notCalm = await rig.calm();
    const calmAt = Date.now();
    const troubles = () => [
      ...broken,
      ...strain.strains().map((one) => ({ ...one, name: STRAIN, detail: '', hits: null })),
    ];
    log('all is healed; what is owed arrives');
    await settled(rig.databaseUrl, calmAt, troubles);
    const endedAt = Date.now();
    const kept = await readSnapshot(rig.databaseUrl());
    const heard = await stage.recorded(tenants, kept, rig.consoleUrl, endedAt);
    const recording: Recording = {
      begunAt,
      calmAt,
      endedAt,
      tenants: tenants.map(({ people, members, ...place }) => ({
        ...place,
        people: Object.fromEntries(Object.entries(members).map(([name, id]) => [id, nameIn(people, name)])),
      })),
      ...heard,
      commands,
      faults: troubles(),
      kept,
    };
    const checked = check(recording);
    const result = { seed, minutes, webs, workers, recording, checked, logs: rig.logs(), notCalm };
    process.stdout.write(`${reportOf(result)}\n`);
    const clean = isClean(result);
    if (!clean || args.record !== undefined) {
      const file = args.record ?? join(mkdtempSync(join(tmpdir(), 'kept-chaos-')), `recording-${seed}.json`);
      writeFileSync(file, JSON.stringify({ recording, findings: checked.findings }));
      process.stdout.write(`Recording: ${file}\n`);
    }
    if (args.json !== undefined) writeFileSync(args.json, `${JSON.stringify(figuresOf(result), null, 2)}\n`);
    return clean;
  } finally {
    await strain.stop();
    await rig.stop();
    await stage.stop();
  }
}

/** Waits until nothing is owed any more, or for as long as that may take after the last fault. */
async function settled(
  databaseUrl: () => string,
  calmAt: number,
  troubles: () => Recording['faults'],
): Promise<void> {
  await sleep(5_000);
  for (;;) {
    if (await isDrained(databaseUrl(), Date.now() - 2_000)) break;
    const latest = Math.max(disturbances(troubles()).latestFor(calmAt), calmAt + DRAINED_WITHIN_MS);
    if (Date.now() > latest) return;
    await sleep(500);
  }
}

function nameIn(people: Record<string, string>, name: string): string {
  return people[name] ?? '';
}
