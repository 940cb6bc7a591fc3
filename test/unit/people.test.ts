import { describe, expect, test } from 'vitest';
import { absenceAt, isReachable, mayChangeTeam, pauseAt } from '../../src/domain/people.ts';
import { authorityFault, notAnAdmin } from '../../src/domain/team-change.ts';
import {
  ben,
  dana,
  HOUR,
  ira,
  memberIn,
  mo,
  stranger,
  tara,
  teamWith,
  when,
} from '../support/domain-fixtures.ts';

const now = when('2026-03-04 10:00');
const span = (from: number, until: number | null) => ({
  from: now + from * HOUR,
  until: until === null ? null : now + until * HOUR,
});

describe('what keeps a member away', () => {
  test.each([
    ['nothing', null, null, null],
    ['what they said', span(0, 2), null, span(0, 2)],
    ['their status', null, span(-1, 2), span(-1, 2)],
    ['neither before it begins', span(1, 2), span(2, 3), null],
    ['nor once it is over', span(-2, 0), span(-3, -1), null],
    ['both, to the later end', span(-1, 1), span(-2, 3), span(-2, 3)],
    ['both, of which one has no end', span(-1, 1), span(-1, null), span(-1, null)],
    ['the one that is so now', span(-1, 1), span(2, 9), span(-1, 1)],
  ])('%s', (_, absence, away, expected) => {
    const member = memberIn(teamWith({ ben: { absence, chat: { away, paused: null } } }), ben);
    expect(absenceAt(member, now)).toEqual(expected);
    expect(isReachable(member, now)).toBe(expected === null);
  });

  test('paused notifications are no absence', () => {
    const member = memberIn(teamWith({ ben: { chat: { away: null, paused: span(-1, 1) } } }), ben);
    expect([absenceAt(member, now), isReachable(member, now)]).toEqual([null, true]);
    expect([pauseAt(member, now), pauseAt(member, now + HOUR)]).toEqual([span(-1, 1), null]);
  });
});

describe('who may change the team', () => {
  test.each([
    ['everybody, while nobody is named', {}, [ben, dana, tara], []],
    ['the one who is named', { dana: { admin: true } }, [dana], [ben, tara]],
    ['everybody, when those named have left', { dana: { admin: true, active: false } }, [ben], [dana]],
  ])('%s', (_, people, may, mayNot) => {
    const team = teamWith(people);
    expect(may.map((id) => mayChangeTeam(team, memberIn(team, id)))).not.toContain(false);
    expect(mayNot.map((id) => mayChangeTeam(team, memberIn(team, id)))).not.toContain(true);
  });

  test('who may not is told who may', () => {
    const team = teamWith({ dana: { admin: true }, mo: { admin: true } });
    expect(notAnAdmin(team, dana)).toBeNull();
    expect(notAnAdmin(team, ben)).toEqual({ why: 'not an admin', admins: [dana, mo] });
    expect(notAnAdmin(team, stranger)).toEqual({ why: 'not an admin', admins: [dana, mo] });
  });
});

describe('what can’t be said of a member', () => {
  const nothing = { leadId: null, limit: null, title: '', admin: false };

  test.each([
    ['nobody above them', dana, null, null],
    ['somebody beside the ladder', dana, tara, null],
    ['themselves', dana, dana, { why: 'answers to themselves', memberId: dana }],
    ['one who answers to them', ira, dana, { why: 'answers to themselves', memberId: ira }],
    ['one who has left', ben, mo, { why: 'owner has left', memberId: mo }],
    ['nobody we know', ben, stranger, { why: 'owner has left', memberId: stranger }],
  ])('that they answer to %s', (_, id, leadId, expected) => {
    const team = teamWith({ mo: { active: id !== ben } });
    expect(authorityFault(team, id, { ...nothing, leadId })).toEqual(expected);
  });

  test('that the last who may change the team may not', () => {
    const one = teamWith({ dana: { admin: true } });
    expect(authorityFault(one, dana, nothing)).toEqual({ why: 'last admin', memberId: dana });
    expect(authorityFault(one, ben, nothing)).toBeNull();
    expect(
      authorityFault(teamWith({ dana: { admin: true }, mo: { admin: true } }), dana, nothing),
    ).toBeNull();
  });
});
