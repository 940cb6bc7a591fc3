import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Listed } from '../../adapters/teams/bot.ts';
import { withPresence } from '../../adapters/teams/presence.ts';
import { newMember, updated, whyNoMember, whyNoUser } from '../../adapters/teams/teams-person.ts';
import { zoneNamed } from '../../adapters/teams/zone-named.ts';
import { MemberId, WorkspaceId } from '../../src/domain/ids.ts';
import type { Member } from '../../src/domain/people.ts';

const MINUTE = 60_000;
const home = { tenantId: '00000000-0000-0000-0000-000000000002' };
const listed: Listed = {
  userId: '29:sam',
  personId: 'sam',
  name: 'Sam Support',
  email: null,
  tenantId: home.tenantId,
  role: 'user',
};
const given = {
  id: MemberId.parse(randomUUID()),
  workspaceId: WorkspaceId.parse(randomUUID()),
  admin: false,
  zone: 'Europe/Berlin',
};
const nobodySaid = { name: null, title: null, zone: null };

describe('who of a roster is a member', () => {
  test.each<[string, Partial<Listed>, ReturnType<typeof whyNoMember>]>([
    ['somebody of the tenant', {}, null],
    ['the same, in a roster that says no more', { tenantId: null, role: null }, null],
    ['the same, where the tenant is written otherwise', { tenantId: home.tenantId.toUpperCase() }, null],
    ['an owner', { role: 'owner' }, null],
    ['a guest', { role: 'guest' }, 'guest'],
    ['a guest, whatever their own tenant', { role: 'Guest', tenantId: 'other' }, 'guest'],
    ['somebody of another tenant', { tenantId: 'other' }, 'stranger'],
    ['somebody who didn’t sign in', { role: 'anonymous' }, 'stranger'],
    ['somebody without an account in Entra', { personId: null }, 'stranger'],
    ['a bot', { userId: '28:app' }, 'bot'],
    ['a bot by its role', { role: 'bot' }, 'bot'],
  ])('%s', (_who, more, why) => {
    expect(whyNoMember({ ...listed, ...more }, home)).toBe(why);
  });

  test.each([
    ['a member', { isGuest: false, isEnabled: true }, null],
    ['a guest', { isGuest: true, isEnabled: true }, 'guest'],
    ['somebody whose account is closed', { isGuest: false, isEnabled: false }, 'gone'],
  ])('by Entra: %s', (_who, is, why) => {
    expect(whyNoUser({ name: null, title: null, ...is })).toBe(why);
  });
});

describe('what a member is called, and where', () => {
  test.each<[string, Parameters<typeof newMember>[0], Partial<Member>]>([
    [
      'all is known',
      { name: 'Sam Support', title: 'Support', zone: 'Asia/Tokyo' },
      { name: called('Sam Support'), title: 'Support', zone: 'Asia/Tokyo' },
    ],
    ['nothing is known', nobodySaid, { name: called('Someone'), title: '', zone: 'Europe/Berlin' }],
    [
      'nothing that can be used is',
      { name: ' \0 ', title: ' ', zone: 'Mars/Olympus' },
      { name: called('Someone'), title: '', zone: 'Europe/Berlin' },
    ],
  ])('when they are met and %s', (_what, profile, expected) => {
    expect(newMember(profile, given)).toMatchObject(expected);
  });

  test('what nobody tells stays, and a title that was set in Kept', () => {
    const member = newMember({ name: 'Sam Support', title: 'Support', zone: 'Asia/Tokyo' }, given);
    const set = { ...member, title: 'Duty manager', active: false };
    expect(updated(set, nobodySaid)).toEqual({ ...set, active: true });
    expect(updated(set, { name: 'Samira', title: 'Lead', zone: 'Asia/Seoul' })).toEqual({
      ...set,
      name: 'Samira',
      zone: 'Asia/Seoul',
      active: true,
    });
  });
});

describe('the zone of a mailbox', () => {
  test.each([
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Pacific Standard Time', 'America/Los_Angeles'],
    ['Central Standard Time (Mexico)', 'America/Mexico_City'],
    ['India Standard Time', 'Asia/Calcutta'],
    ['UTC', 'Etc/UTC'],
    ['UTC-11', 'Etc/GMT+11'],
    ['Russia Time Zone 11', 'Asia/Kamchatka'],
    ['Europe/Paris', 'Europe/Paris'],
    ['Customized Time Zone', null],
    ['', null],
  ])('%s', (name, zone) => {
    expect(zoneNamed(name)).toBe(zone);
  });
});

describe('presence', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const at = (away: Member['chat']['away'], paused: Member['chat']['paused'] = null): Member => ({
    ...newMember(nobodySaid, given),
    chat: { away, paused },
  });
  const here = { isOutOfOffice: false, isUndisturbed: false };
  const away = { ...here, isOutOfOffice: true };

  test.each([
    ['away from now', at(null), away, { away: { from: now, until: now + 30 * MINUTE }, paused: null }],
    [
      'quiet from now',
      at(null),
      { ...here, isUndisturbed: true },
      { away: null, paused: { from: now, until: now + 10 * MINUTE } },
    ],
    ['back', at({ from: 1, until: now + 1 }, { from: 1, until: null }), here, { away: null, paused: null }],
    [
      'still away, and not written anew while there is much left',
      at({ from: 1, until: now + 15 * MINUTE }),
      away,
      { away: { from: 1, until: now + 15 * MINUTE }, paused: null },
    ],
    [
      'still away, for longer',
      at({ from: 1, until: now + 14 * MINUTE }),
      away,
      { away: { from: 1, until: now + 30 * MINUTE }, paused: null },
    ],
    [
      'away again, after nobody looked for a while',
      at({ from: 1, until: now }),
      away,
      { away: { from: now, until: now + 30 * MINUTE }, paused: null },
    ],
  ])('%s', (_what, member, presence, chat) => {
    expect(withPresence(member, presence, now).chat).toEqual(chat);
  });
});

/** As a name is written in what is expected. */
function called(name: string) {
  return newMember({ ...nobodySaid, name }, given).name;
}
