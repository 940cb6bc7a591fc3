import { describe, expect, it } from 'vitest';
import { check } from '../chaos/checker/check.ts';
import type { Arrival, CommandRecord, OutboxLine, Recording } from '../chaos/checker/recording.ts';
import type { Verdict } from '../chaos/checker/verdict.ts';
import { HERE, playedOut, recordingOf, THERE } from '../support/chaos-recording.ts';
import { MINUTE, SECOND } from '../support/domain-fixtures.ts';

const clean = () => recordingOf(playedOut());

/** The arrival of the message whose key ends so. */
function arrived({ arrivals }: Recording, end: string): Arrival {
  const found = arrivals.find(({ key }) => key?.endsWith(end));
  if (found === undefined) throw new Error(`No ${end} among ${arrivals.map(({ key }) => key).join(', ')}`);
  return found;
}

function without(recording: Recording, end: string): Recording {
  const gone = arrived(recording, end);
  return { ...recording, arrivals: recording.arrivals.filter((one) => one !== gone) };
}

function changed(recording: Recording, end: string, change: Partial<Arrival>): Recording {
  const old = arrived(recording, end);
  const arrivals = recording.arrivals.map((one) => (one === old ? { ...one, ...change } : one));
  return { ...recording, arrivals };
}

function again(recording: Recording, end: string, change: Partial<Arrival> = {}): Recording {
  const first = arrived(recording, end);
  const second = { ...first, at: first.at + 3 * SECOND, ref: 'another', ...change };
  return { ...recording, arrivals: [...recording.arrivals, second] };
}

function commanded(recording: Recording, change: Partial<CommandRecord>): Recording {
  return { ...recording, commands: recording.commands.map((one) => ({ ...one, ...change })) };
}

const verdicts = (recording: Recording): Verdict[] => [
  ...new Set(check(recording).findings.map(({ verdict }) => verdict)),
];

const owed: OutboxLine = {
  id: 1,
  workspaceId: 'w',
  caseId: 'c',
  key: 'k',
  destination: 'd',
  op: 'post',
  owedSince: 0,
  dueAt: 0,
  attempts: 3,
  sentAt: null,
  unsaidAt: null,
  error: 'away',
  tried: 0,
};

describe('what is found in a recording', () => {
  it('nothing, where all went well; and every step and rung was looked for', () => {
    // given
    const recording = clean();
    // when
    const { findings, lateness, counts } = check(recording);
    // then
    expect(findings).toEqual([]);
    const ends = lateness.map(({ key }) => key.split('/').at(-1));
    expect(ends).toEqual(expect.arrayContaining(['card', 'made', 'soon', 'due', 'broken', '1', '2', '3']));
    expect(lateness.every(({ ms, disturbed }) => ms >= 200 && ms < 201 && !disturbed)).toBe(true);
    expect(counts.expected).toBe(recording.arrivals.length);
  });

  it.each<[string, Verdict, (recording: Recording) => Recording]>([
    ['a nudge that never came', 'lost', (on) => without(on, '/due')],
    ['a call up the ladder that never came', 'lost', (on) => without(on, '/climb/1/2')],
    ['a card that never came', 'lost', (on) => without(on, '/card')],
    ['a nudge that came twice', 'doubled', (on) => again(on, '/due')],
    ['a nudge before its time', 'early', (on) => changed(on, '/soon', { at: arrived(on, '/soon').at - 301 })],
    [
      'a nudge long after its time',
      'late',
      (on) => changed(on, '/broken', { at: arrived(on, '/broken').at + 6 * SECOND }),
    ],
    [
      'a message in another tenant',
      'wrong tenant',
      (on) => changed(on, '/due', { connection: THERE.connection }),
    ],
    [
      'words of another tenant in a message',
      'wrong tenant',
      (on) => changed(on, '/due', { payload: `${HERE.marker} and ${THERE.marker}` }),
    ],
    [
      'words of another tenant in a form',
      'wrong tenant',
      (on) => ({ ...on, shown: [{ at: 1, connection: THERE.connection, payload: `“${HERE.marker}”` }] }),
    ],
    [
      'a call to somebody else',
      'not by the plan',
      (on) => changed(on, '/climb/1/1', { where: { kind: 'direct', person: 'U-other' } }),
    ],
    [
      'a nudge in the channel',
      'not by the plan',
      (on) => changed(on, '/due', { where: { kind: 'channel', id: 'C1', thread: null } }),
    ],
    ['a message that nothing asks for', 'not by the plan', (on) => again(on, '/due', { key: 'made up' })],
  ])('%s: %s', (_name, verdict, broken) => {
    expect(verdicts(broken(clean()))).toEqual([verdict]);
  });

  it('a call that came after word that the next one was called', () => {
    const recording = clean();
    const { at } = arrived(recording, '/2/passed');
    expect(verdicts(changed(recording, '/climb/1/1', { at: at + 1 }))).toContain('out of order');
  });

  it('a message that is owed still, and no longer than it may be', () => {
    // given a step that was taken a second before the end
    const recording = clean();
    const { at, key } = arrived(recording, '/due');
    const line = { ...owed, key: key ?? '', owedSince: at, sentAt: null };
    const begun = { ...without(recording, '/due'), endedAt: at + SECOND, calmAt: at - MINUTE };
    begun.arrivals = begun.arrivals.filter((one) => one.at < at);
    const [one] = begun.kept.cases;
    if (one === undefined) throw new Error('No case');
    one.timeline = one.timeline.filter((event) => event.at <= at);
    begun.kept.outbox = [line];
    // then it isn't lost, unless nothing owes it
    expect(verdicts(begun)).not.toContain('lost');
    begun.kept.outbox = [];
    expect(verdicts(begun)).toContain('lost');
  });

  it.each<[string, Verdict, (recording: Recording) => Recording]>([
    ['done, and not on record', 'lost', (on) => commanded(on, { marker: 'Somewhere else' })],
    ['refused, and done', 'not by the plan', (on) => commanded(on, { outcome: 'rejected' })],
    [
      'on record before it was done',
      'early',
      (on) => commanded(on, { sentAt: on.endedAt, ackedAt: on.endedAt + 9 * SECOND, values: {} }),
    ],
    [
      'on record after Kept said so',
      'not by the plan',
      (on) => commanded(on, { sentAt: 0, ackedAt: 1, values: {} }),
    ],
    ['its time misread', 'early', (on) => commanded(on, { values: { followUp: 'in 2500 seconds' } })],
  ])('a command: %s: %s', (_name, verdict, broken) => {
    expect(verdicts(broken(clean()))).toEqual([verdict]);
  });

  it('a command that was carried out twice', () => {
    // given a second promise of the same words
    const s = playedOut();
    const recording = recordingOf(s);
    const [one] = recording.kept.cases;
    const promised = one?.timeline.find(({ what }) => what.kind === 'promised');
    if (one === undefined || promised === undefined) throw new Error('Nothing was promised');
    one.timeline.push({ ...promised, at: recording.endedAt });
    // then
    expect(verdicts(recording)).toContain('doubled');
  });

  it.each(['unknown', 'taken in'] as const)(
    'a command whose end is %s may be on record, or not',
    (outcome) => {
      expect(verdicts(commanded(clean(), { outcome, ackedAt: null }))).toEqual([]);
      expect(verdicts(commanded(clean(), { outcome, ackedAt: null, marker: 'Somewhere else' }))).toEqual([]);
    },
  );

  it('a step that the timeline lacks: it never happened', () => {
    // given a case that was left alone after its promise was at risk
    const recording = clean();
    const [one] = recording.kept.cases;
    if (one === undefined) throw new Error('No case');
    const dueAt = one.timeline.find(({ what }) => what.kind === 'nudged' && what.step === 'due')?.at ?? 0;
    one.timeline = one.timeline.filter(({ at }) => at < dueAt);
    // then
    expect(verdicts(recording)).toContain('lost');
  });

  it('a step that was taken twice: it is nothing that the domain decides', () => {
    const recording = clean();
    const [one] = recording.kept.cases;
    const due = one?.timeline.find(({ what }) => what.kind === 'nudged');
    if (one === undefined || due === undefined) throw new Error('No nudge');
    one.timeline = one.timeline.flatMap((event) =>
      event === due ? [event, { ...event, at: event.at + 1 }] : [event],
    );
    expect(verdicts(recording)).toContain('not by the plan');
  });

  it('a case that stands otherwise than what happened makes of it', () => {
    const recording = clean();
    const [one] = recording.kept.cases;
    if (one === undefined) throw new Error('No case');
    one.case = { ...one.case, ownerId: null };
    expect(verdicts(recording)).toContain('not by the plan');
  });

  it('what is left over when all is calm', () => {
    const recording = clean();
    const { calmAt, kept } = recording;
    const line = { ...owed, owedSince: calmAt - MINUTE };
    kept.outbox.push(line, { ...line, unsaidAt: calmAt });
    kept.inbox.push({ workspaceId: 'w', id: 'i', done: false, attempts: 2, error: 'no' });
    expect(check(recording).findings.map(({ verdict }) => verdict)).toEqual([
      'not drained',
      'lost',
      'not drained',
    ]);
  });

  it('an open case without an alarm', () => {
    const recording = clean();
    const [one] = recording.kept.cases;
    if (one === undefined) throw new Error('No case');
    one.alarmAt = null;
    expect(verdicts(recording)).toEqual(['silent']);
  });
});

describe('doubles in Teams', () => {
  const teams = () => recordingOf(playedOut(), 'teams');

  it('may be where the first was taken in and its answer cut', () => {
    const { findings, teamsDoubles } = check(changed(again(teams(), '/due'), '/due', { isCut: true }));
    expect(findings).toEqual([]);
    expect(teamsDoubles).toEqual({ afterCut: 1, torn: {} });
  });

  const struck = (name: string, hits: string | null, afterMs: number) => {
    const recording = again(teams(), '/due');
    const begin = arrived(recording, '/due').at + afterMs;
    return check({ ...recording, faults: [{ name, detail: '', hits, begin, end: begin + 10 }] });
  };

  it.each([
    ['kill -9', 'worker 1'],
    ['freeze', 'worker 1'],
    ['cut Postgres', 'worker 1'],
    ['fail Postgres over', null],
  ])('may be where “%s” tore away who sent it, before that was noted', (name, hits) => {
    const { findings, teamsDoubles } = struck(name, hits, 10);
    expect(findings).toEqual([]);
    expect(teamsDoubles).toEqual({ afterCut: 0, torn: { [name]: 1 } });
  });

  it.each([
    ['kill -9', 'worker 2', 10, 'it was another process'],
    ['kill -9', 'worker 1', -1_000, 'it was over before'],
    ['kill -9', 'worker 1', 31_000, 'it was noted long since'],
    ['restart', 'worker 1', 10, 'who is asked to end ends its work first'],
    ['cut Redis', 'worker 1', 10, 'nothing is noted there'],
  ])('may not be by “%s” of %s %i ms after it: %s', (name, hits, afterMs) => {
    expect(struck(name, hits, afterMs).findings.map(({ verdict }) => verdict)).toContain('doubled');
  });

  it('are found where nothing explains them', () => {
    expect(verdicts(again(teams(), '/due'))).toEqual(['doubled']);
  });
});

describe('faults', () => {
  const at = (recording: Recording) => arrived(recording, '/due').at;
  const fault = (begin: number, end: number) => [{ name: 'freeze', detail: '', hits: null, begin, end }];

  it('excuse what is late while they last, and for as long as it takes to be well again', () => {
    const recording = changed(clean(), '/due', { at: at(clean()) + 60 * SECOND });
    const late = { ...recording, faults: fault(at(clean()) - SECOND, at(clean()) + 10 * SECOND) };
    expect(check(late).findings.filter(({ verdict }) => verdict === 'late')).toEqual([]);
    expect(check(late).lateness.find(({ key }) => key.endsWith('/due'))?.disturbed).toBe(true);
  });

  it('excuse nothing that was due when they had long passed', () => {
    const recording = changed(clean(), '/due', { at: at(clean()) + 6 * SECOND });
    const due = at(clean());
    expect(verdicts({ ...recording, faults: fault(due - 5 * MINUTE, due - 4 * MINUTE) })).toContain('late');
  });

  it('excuse neither loss, nor doubles, nor what is early', () => {
    const recording = clean();
    const faults = fault(recording.begunAt, recording.endedAt);
    expect(verdicts({ ...without(recording, '/soon'), faults })).toEqual(['lost']);
    expect(verdicts({ ...again(recording, '/soon'), faults })).toEqual(['doubled']);
    const early = changed(recording, '/soon', { at: arrived(recording, '/soon').at - SECOND });
    expect(verdicts({ ...early, faults })).toEqual(['early']);
  });
});
