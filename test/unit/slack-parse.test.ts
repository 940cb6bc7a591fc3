import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from '../../adapters/slack/parse.ts';
import { mentioned, plainText, withoutMention } from '../../adapters/slack/plain-text.ts';
import { storable } from '../../adapters/slack/storable.ts';
import { signatureFault } from '../../adapters/slack/verify.ts';

const fixture = (name: string): object =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, '../fixtures/slack', `${name}.json`), 'utf8'));
const home = { teamId: 'T0TEAM', enterpriseId: null, isEnterpriseInstall: false };

describe('what Slack sends is read', () => {
  test.each<[string, object]>([
    [
      'command',
      {
        kind: 'command',
        key: '13345224609.738474920.8088930838d88f008e0',
        userId: 'U0ADA',
        text: 'Acme export down, board meeting at 5pm',
        channel: 'C0CARE',
        responseUrl: 'https://hooks.slack.com/commands/T0TEAM/1/x',
      },
    ],
    [
      'press-in-message',
      {
        kind: 'action',
        key: expect.stringMatching(/^press\/[\w-]{22}\/1548426417$/),
        actionId: 'act/0',
        pressedAt: 1_548_426_417_840.18,
        in: { channel: 'C0CARE', ts: '1548261231.000200', threadTs: '1548261200.000100', view: null },
      },
    ],
    [
      'field-in-view',
      { kind: 'action', type: 'plain_text_input', in: expect.objectContaining({ channel: null }) },
    ],
    ['view-submission', { kind: 'submit', key: '12466734323.1395872398.x' }],
    ['view-closed', { kind: 'closed' }],
    ['suggestion', { kind: 'suggest', query: 'Acm' }],
    ['global-shortcut', { kind: 'global shortcut', callbackId: 'open_case' }],
    [
      'message-shortcut',
      {
        kind: 'message shortcut',
        callbackId: 'open_case_from_message',
        ts: '1549927700.001900',
        threadTs: null,
        author: { userId: 'U0SAM', name: null },
      },
    ],
    ['mention', { kind: 'mention', key: 'Ev0MENTION', text: '<@U0KEPT> Acme mail is stuck', threadTs: null }],
    ['direct-message', { kind: 'direct message', channel: 'D0ADA', text: 'mine' }],
    [
      'thread-message',
      { kind: 'thread message', threadTs: '1515449500.000016', parentUserId: 'U0KEPT', text: 'on it' },
    ],
    ['home-opened', { kind: 'home opened', userId: 'U0ADA', channel: 'D0ADA' }],
    [
      'link-shared',
      {
        kind: 'link shared',
        ts: '1515449522.000018',
        unfurl: { id: 'C0CARE.1515449522.000018.x', source: 'conversations_history' },
        urls: ['https://kept.example.com/c/1/2'],
      },
    ],
    ['tokens-revoked', { kind: 'lifecycle', lifecycle: { is: 'tokens revoked', event: expect.anything() } }],
    ['app-uninstalled', { kind: 'lifecycle', lifecycle: { is: 'uninstalled' } }],
    ['user-change', { lifecycle: { is: 'person changed', user: expect.objectContaining({ id: 'U0SAM' }) } }],
    ['dnd-updated', { lifecycle: { is: 'pause changed', event: expect.anything() } }],
    ['member-joined', { lifecycle: { is: 'channel changed', channel: 'C0CARE' } }],
    ['channel-shared', { lifecycle: { is: 'channel changed', channel: 'C0CARE' } }],
  ])('%s', (name, told) => {
    const parsed = parse(fixture(name));
    expect(parsed).toMatchObject({ ok: true, told: { team: home, ...told } });
    // what lies in the inbox reads the same
    expect(parse(JSON.parse(JSON.stringify(storable(fixture(name)))))).toEqual(parsed);
  });

  test('of an org-wide install, as the org’s', () => {
    expect(parse(fixture('command-of-an-org'))).toMatchObject({
      told: { team: { teamId: 'T0TEAM', enterpriseId: 'E0ORG', isEnterpriseInstall: true } },
    });
  });

  test.each(['event-in-a-shared-channel', 'view-submission-from-a-shared-channel'])(
    '%s: as the team’s that has Kept, and not the sender’s',
    (name) => {
      expect(parse(fixture(name))).toMatchObject({ told: { team: home, userId: 'U0OTHER' } });
    },
  );

  test.each(['channel-message', 'edited-message', 'bot-message', 'messages-tab-opened', 'reaction'])(
    '%s: none of our business',
    (name) => {
      expect(parse(fixture(name))).toMatchObject({ ok: false, why: 'ignored' });
    },
  );

  test.each([
    [null],
    ['text'],
    [{}],
    [{ type: 'teapot' }],
    [{ command: '/care' }],
    [{ type: 'event_callback' }],
    [{ ...fixture('press-in-message'), actions: [] }],
    [{ ...fixture('press-in-message'), user: null }],
    [{ ...fixture('view-submission'), view: {} }],
  ])('%j: unreadable, and no crash', (body) => {
    expect(parse(body)).toMatchObject({ ok: false, why: 'unreadable' });
  });

  test('two presses of one button within a second have one key; of another button, or later, another', () => {
    const press = (more: object) => {
      const body = fixture('press-in-message');
      const action = { type: 'button', action_id: 'act/0', value: 'x', action_ts: '100.2', ...more };
      const parsed = parse({ ...body, trigger_id: JSON.stringify(more), actions: [action] });
      return parsed.ok ? parsed.told.key : null;
    };
    expect(press({ action_ts: '100.9' })).toBe(press({}));
    expect(press({ action_ts: '102.2' })).not.toBe(press({}));
    expect(press({ value: 'y' })).not.toBe(press({}));
  });
});

describe('a message as people read it', () => {
  test.each([
    ['a &lt; b &amp;&amp; c', 'a < b && c'],
    ['see <https://acme.example/x|their page>', 'see their page (https://acme.example/x)'],
    ['see <https://acme.example>', 'see https://acme.example'],
    ['see <http://acme.example|acme.example>', 'see http://acme.example'],
    ['write <mailto:a@acme.example|a@acme.example>', 'write a@acme.example'],
    ['<@U1> and <@U2|leo> and <@U3>', '@Ada Agent and @leo and @somebody'],
    ['<#C1|care> <#C2>', '#care #channel'],
    ['<!here> <!subteam^S1|@team> <!date^1^x|noon>', '@here @team noon'],
    ['<nothing of Slack’s>', '<nothing of Slack’s>'],
    ['&lt;!channel&gt;', '<!channel>'],
  ])('%s', (text, read) => {
    expect(plainText(text, new Map([['U1', 'Ada Agent']]))).toBe(read);
  });

  test('who is mentioned, and without a mention', () => {
    expect(mentioned('<@U1> <@U2|x> <@U1>')).toEqual(['U1', 'U2']);
    expect(withoutMention('<@U0KEPT>: mine', 'U0KEPT')).toBe('mine');
    expect(withoutMention('please, <@U0KEPT|kept>, list <@U1>', 'U0KEPT')).toBe('please, list <@U1>');
  });
});

describe('a name that Postgres can’t hold', () => {
  test('of somebody: unreadable; of a team: no team', () => {
    const command = fixture('command');
    expect(parse({ ...command, user_id: 'U0\0ADA' })).toMatchObject({ ok: false, why: 'unreadable' });
    expect(parse({ ...command, team_id: 'T0\0TEAM' })).toMatchObject({ told: { team: { teamId: null } } });
  });
});

describe('what is stored', () => {
  test('has no token and no drawing', () => {
    const kept = JSON.stringify(storable(fixture('press-in-message')));
    expect(kept).not.toContain('verification');
    expect(kept).not.toContain('blocks');
    expect(kept).toContain('1548261231.000200');
  });
});

describe('a signature', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const body = Buffer.from('command=%2Fcare&text=\u00fc');
  const signed = (ageS: number, more: object = {}) => {
    const timestamp = String(now / 1_000 - ageS);
    const mac = createHmac('sha256', 'secret').update(`v0:${timestamp}:`).update(body).digest('hex');
    return signatureFault({ signingSecret: 'secret', timestamp, signature: `v0=${mac}`, body, now, ...more });
  };

  test.each([
    [0, null],
    [299, null],
    [300, 'too old'],
    [-299, null],
    [-300, 'from the future'],
    [86_400, 'too old'],
  ])('%i s old: %s', (age, fault) => {
    expect(signed(age)).toBe(fault);
  });

  test.each([
    [{ signingSecret: 'another' }, 'forged'],
    [{ signature: 'v0=' }, 'forged'],
    [{ signature: undefined }, 'unsigned'],
    [{ timestamp: 'now' }, 'unsigned'],
    [{ timestamp: undefined }, 'unsigned'],
    [{ body: Buffer.from('another') }, 'forged'],
  ])('%j: %s', (more, fault) => {
    expect(signed(0, more)).toBe(fault);
  });
});
