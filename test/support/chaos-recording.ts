import type { Arrival, CommandRecord, Recording } from '../chaos/checker/recording.ts';
import { type Story, story } from './case-story.ts';
import { ben, MINUTE } from './domain-fixtures.ts';

/** Two tenants of one end, by their connections, and what stands in all that is theirs. */
export const HERE = { connection: 'slack/T1', marker: 'MARK-OF-ONE' };
export const THERE = { connection: 'slack/T2', marker: 'MARK-OF-TWO' };

/** A promise of forty minutes that nobody keeps: all of its steps, and the ladder to its top. */
export function playedOut(): Story {
  const s = story({ terms: { place: { connection: HERE.connection, channel: 'C1' } } });
  s.passes(1_000);
  s.promises(ben, s.now + 40 * MINUTE);
  s.passes(55 * MINUTE);
  return s;
}

/** What a play leaves behind when all went well: every message once, in its place, 200 ms after its time. */
export function recordingOf(s: Story, end: 'slack' | 'teams' = 'slack'): Recording {
  const { file, team, policy, events, posted, now } = s;
  const { workspaceId, id: caseId } = file.case;
  const people = Object.fromEntries([...team.members.keys()].map((id) => [id, `U-${id}`]));
  const arrivals = posted.map(({ at, message: { key, to } }, index): Arrival => {
    const where: Arrival['where'] =
      to.kind === 'member'
        ? { kind: 'direct', person: people[to.memberId] ?? '' }
        : { kind: 'channel', id: 'C1', thread: to.kind === 'thread' ? 'root' : null };
    const payload = `${HERE.marker} ${key}`;
    const { connection } = HERE;
    return {
      at: at + 200 + index / 1_000,
      connection,
      where,
      ref: `ref ${index}`,
      key,
      payload,
      isCut: false,
      by: 'worker 1',
    };
  });
  const promisedAt = events.find(({ what }) => what.kind === 'promised')?.at ?? 0;
  const command: CommandRecord = {
    id: 1,
    what: 'promise',
    connection: HERE.connection,
    workspaceId,
    memberId: ben,
    caseId,
    promiseId: null,
    askId: null,
    marker: 'Restart the export',
    values: { followUp: 'in 2400 seconds' },
    sentAt: promisedAt - 50,
    ackedAt: promisedAt + 50,
    tries: 1,
    outcome: 'done',
  };
  return {
    begunAt: events[0]?.at ?? 0,
    calmAt: now,
    endedAt: now,
    tenants: [
      { end, ...HERE, workspaceId, people },
      { end, ...THERE, workspaceId: 'another', people },
    ],
    arrivals,
    shown: [],
    commands: [command],
    faults: [],
    kept: {
      workspaces: [{ workspace: team.workspace, policy, members: [...team.members.values()] }],
      cases: [
        {
          workspaceId,
          case: file.case,
          promises: [...file.promises],
          asks: [...file.asks],
          timeline: [...events],
          alarmAt: s.nextAlarm,
        },
      ],
      outbox: [],
      posts: [],
      inbox: [],
    },
  };
}
