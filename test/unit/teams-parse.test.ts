import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntities, htmlText } from '../../adapters/teams/html-text.ts';
import { nameIn, parse, seenIn } from '../../adapters/teams/parse.ts';
import { wordsOf } from '../../adapters/teams/source-text.ts';
import { tabBody } from '../../adapters/teams/tab-body.ts';
import type { ByPerson, Told } from '../../adapters/teams/told.ts';

const dir = path.join(import.meta.dirname, '../fixtures/teams');
const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(dir, `${name}.json`), 'utf8'));
const told = (body: unknown): Told => {
  const parsed = parse(body);
  if (!parsed.ok) throw new Error(`${parsed.why}: ${parsed.reason}`);
  return parsed.told;
};
const keyOf = (body: unknown) => told(body).key;
const said = (body: unknown) => {
  const what = told(body);
  return what.by === 'person' ? wordsOf(what) : null;
};

describe('what Teams sends is read', () => {
  test.each<[string, object]>([
    [
      'personal-message',
      {
        kind: 'message',
        text: 'Acme export down since noon',
        toUs: true,
        activityId: '1732356000000',
        key: 'message/a:1Ada-and-Kept/1732356000000',
        tenantId: 'b0000000-0000-4000-8000-000000000001',
        where: {
          conversation: 'a:1Ada-and-Kept',
          kind: 'personal',
          serviceUrl: expect.stringMatching(/^https:\/\/smba\.trafficmanager\.net\/emea\//),
          teamId: null,
        },
        from: {
          personId: 'a0000000-0000-4000-8000-000000000001',
          userId: '29:1ada',
          name: 'Ada Agent',
          locale: 'en-GB',
          zone: 'Europe/Berlin',
        },
      },
    ],
    [
      'channel-mention',
      {
        kind: 'message',
        text: 'care Acme login is slow, ask Sam Support',
        toUs: true,
        where: expect.objectContaining({
          conversation: '19:care@thread.tacv2;messageid=1732356000000',
          kind: 'channel',
          teamId: '19:general@thread.tacv2',
        }),
      },
    ],
    ['thread-message', { kind: 'message', text: 'looking into it', toUs: false }],
    [
      'group-mention-without-text',
      { text: 'list', toUs: true, where: expect.objectContaining({ kind: 'group' }) },
    ],
    ['typed-tag', { text: 'who wrote <at>Kept</at> & why', toUs: true }],
    ['typed-entity', { text: 'it shows &lt; for <' }],
    ['anonymous-message', { from: expect.objectContaining({ personId: '29:1anon' }) }],
    [
      'submit',
      {
        kind: 'press',
        how: 'submit',
        on: '1732355000000',
        data: expect.objectContaining({ 'f.title': 'Down' }),
      },
    ],
    [
      'execute',
      {
        kind: 'press',
        how: 'execute',
        on: '1732355000000',
        data: expect.objectContaining({ 'f.title': 'Down' }),
      },
    ],
    ['refresh', { kind: 'press', how: 'refresh' }],
    ['task-fetch', { kind: 'dialog', of: 'task', step: 'fetch', about: null }],
    [
      'task-submit',
      { kind: 'dialog', of: 'task', step: 'submit', data: expect.objectContaining({ 'f.title': 'Down' }) },
    ],
    [
      'open-case-on-message',
      {
        kind: 'dialog',
        of: 'extension',
        step: 'fetch',
        about: {
          author: 'Sam Support',
          link: 'https://teams.microsoft.com/l/message/19:care@thread.tacv2/1732350000000',
          text: [
            'Globex',
            "They can't log in & we don’t know why, Leo Lead",
            '',
            '• since noon',
            '• see the status (https://status.example.com/1)',
            'a picture of it🙁',
          ].join('\n'),
        },
      },
    ],
    ['open-case-in-compose', { kind: 'dialog', of: 'extension', step: 'fetch', about: null, data: null }],
    ['search', { kind: 'suggest', query: 'Acm', dataset: 'customers' }],
    ['installed', { kind: 'lifecycle', lifecycle: { is: 'installed' } }],
    ['added-to-team', { kind: 'lifecycle', lifecycle: { is: 'installed' } }],
    ['removed', { kind: 'lifecycle', lifecycle: { is: 'uninstalled' } }],
    ['member-joined', { kind: 'lifecycle', lifecycle: { is: 'members changed' } }],
    [
      'channel-renamed',
      {
        lifecycle: { is: 'renamed', name: 'Escalations' },
        where: expect.objectContaining({ conversation: '19:other@thread.tacv2' }),
      },
    ],
    [
      'channel-deleted',
      {
        lifecycle: { is: 'uninstalled' },
        where: expect.objectContaining({ conversation: '19:other@thread.tacv2' }),
      },
    ],
    ['group-renamed', { lifecycle: { is: 'renamed', name: 'Acme rescue' } }],
  ])('%s', (name, expected) => {
    expect(told(fixture(name))).toMatchObject(expected);
  });

  test.each(['bot-message', 'upgraded', 'reaction', 'edited', 'search-query'])(
    '%s is none of Kept’s business',
    (name) => {
      expect(parse(fixture(name))).toMatchObject({ ok: false, why: 'ignored' });
    },
  );

  test('every recorded payload is used here', () => {
    const source = readFileSync(import.meta.filename, 'utf8');
    const unused = readdirSync(dir).filter((file) => !source.includes(`'${path.basename(file, '.json')}'`));
    expect(unused).toEqual([]);
  });

  test('what Kept and the team are called there', () => {
    expect(seenIn(fixture('added-to-team'))).toEqual({
      botId: '28:d0000000-0000-4000-8000-000000000001',
      botName: 'Kept',
      name: 'Support',
    });
    expect(nameIn(fixture('channel-renamed'))).toBe('Escalations');
  });
});

test('a press in the tab lies in the inbox as the press of a card, also of who has no chat with Kept yet', () => {
  const before = told(fixture('execute'));
  if (before.by !== 'person' || before.kind !== 'press') throw new Error('No press');
  const inTab = { ...before, how: 'tab' as const, on: null };
  const { where, from, data } = inTab;
  const own = { ...where, kind: 'personal' as const, conversation: 'a:1', teamId: null };
  expect(told(tabBody({ ...inTab, where: own }))).toMatchObject({ kind: 'press', where: own, from, data });
  const none = { ...own, conversation: '', serviceUrl: '' };
  expect(told(tabBody({ ...inTab, where: none, from: { ...from, userId: '' } }))).toMatchObject({
    kind: 'press',
    from: { personId: from.personId },
    data,
  });
});

describe('a mention', () => {
  const withText = (text: string, more: object = {}) => ({ ...fixture('channel-mention'), text, ...more });
  const kept = {
    mentioned: { id: '28:d0000000-0000-4000-8000-000000000001', name: 'Kept' },
    text: '<at>Kept</at>',
    type: 'mention',
  };
  const sam = { mentioned: { id: '29:1sam', name: 'Sam Support' }, text: '<at>Sam</at>', type: 'mention' };

  test.each<[string, string, object[]]>([
    ['<at>Kept</at> Acme is down', 'Acme is down', [kept]],
    ['Acme is down <at>Kept</at>', 'Acme is down', [kept]],
    ['<at>Kept</at> /care Acme is down', 'Acme is down', [kept]],
    ['<at>Kept</at> care', '', [kept]],
    ['<at>Kept</at> careful with Acme', 'careful with Acme', [kept]],
    ['<at>Kept</at> ask <at>Sam</at>', 'ask Sam Support', [kept, sam]],
    ['<at>Sam</at> asks <at>Kept</at> for help', 'Sam Support asks  for help', [kept, sam]],
    // what Teams doesn't call a mention is somebody's text
    ['<at>Kept</at> they wrote <at>Kept</at>', 'they wrote <at>Kept</at>', [kept]],
    ['<at>Kept</at> in $& and $1', 'in $& and $1', [kept]],
  ])('%s: %s', (text, expected, entities) => {
    expect(said(withText(text, { entities }))).toBe(expected);
  });

  test('of somebody else alone is not for Kept, though they are called so', () => {
    const other = { ...kept, mentioned: { id: '29:1kept', name: 'Kept' } };
    expect(told(withText('<at>Kept</at> hello', { entities: [other] }))).toMatchObject({
      toUs: false,
      text: 'Kept hello',
    });
  });

  test('alone asks for help', () => {
    expect(said(withText('<at>Kept</at>', { entities: [kept] }))).toBeNull();
  });
});

describe('what is the same', () => {
  test('the same activity has the same key, another one has another', () => {
    expect(keyOf(fixture('personal-message'))).toBe(keyOf(fixture('personal-message')));
    expect(keyOf({ ...fixture('personal-message'), id: '2' })).not.toBe(keyOf(fixture('personal-message')));
  });

  test('a second click of a button within its second is the first one', () => {
    const press = fixture('execute');
    const again = { ...press, id: 'f:another', timestamp: '2026-11-23T10:00:00.9Z' };
    expect(keyOf(again)).toBe(keyOf(press));
    expect(keyOf({ ...again, timestamp: '2026-11-23T10:00:05Z' })).not.toBe(keyOf(press));
    expect(keyOf({ ...again, replyToId: '7' })).not.toBe(keyOf(press));
    expect(keyOf({ ...again, from: { id: '29:1sam', aadObjectId: 'sam' } })).not.toBe(keyOf(press));
  });

  test('presses of which Teams doesn’t say when are told from each other by their ids', () => {
    const { timestamp: _timestamp, ...press } = fixture('execute');
    const key = keyOf(press);
    expect(keyOf({ ...press, id: 'f:another' })).not.toBe(key);
    // and none of it is taken for a second that a press was made in
    expect(key.startsWith('press/')).toBe(false);
  });

  test('that Kept was added is one thing, however Teams says it', () => {
    const added = {
      ...fixture('installed'),
      type: 'conversationUpdate',
      membersAdded: [fixture('installed')['recipient']],
      id: 'f:2',
    };
    expect(keyOf(added)).toBe(keyOf(fixture('installed')));
  });

  test('what has no id is known by what it says', () => {
    const { id: _id, ...rest } = fixture('personal-message');
    expect(keyOf(rest)).toBe(keyOf(rest));
    const { timestamp: _timestamp, ...timeless } = rest;
    expect(keyOf({ ...timeless, text: 'something else' })).not.toBe(keyOf(timeless));
    expect(keyOf({ ...rest, serviceUrl: 'https://other.example.com/' })).not.toBe(keyOf(rest));
  });
});

describe('a chat of two people, which Teams calls personal', () => {
  const kindIn = (id: string, more: object = {}) =>
    told({
      ...fixture('personal-message'),
      conversation: { id, tenantId: 't', conversationType: 'personal', ...more },
    }).where.kind;

  test('is not one’s own chat with Kept', () => {
    const kept = 'd0000000-0000-4000-8000-000000000001';
    expect(kindIn('a:1Ada-and-Kept')).toBe('personal');
    expect(kindIn(`19:a0000000-0000-4000-8000-000000000001_${kept}@unq.gbl.spaces`)).toBe('personal');
    expect(kindIn('19:ada_customer@unq.gbl.spaces')).toBe('group');
    expect(kindIn('a:1Ada-and-others', { isGroup: true })).toBe('group');
  });
});

describe('a conversation of which Teams doesn’t say what it is', () => {
  test.each([
    ['a:1Ada-and-Kept', {}, 'personal'],
    ['19:0123456789abcdef@thread.v2', {}, 'group'],
    ['19:meeting_MTIz@thread.v2', { channelData: { tenant: { id: 't' } } }, 'group'],
    ['19:care@thread.tacv2', { channelData: { tenant: { id: 't' }, team: { id: '19:t' } } }, 'channel'],
  ])('%s is nobody’s own where others may be in it', (id, more, kind) => {
    const conversation = { id, tenantId: 't' };
    expect(told({ ...fixture('personal-message'), conversation, ...more }).where.kind).toBe(kind);
  });
});

describe('whatever comes', () => {
  const names = readdirSync(dir).map((file) => path.basename(file, '.json'));

  test('reading never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string(), fc.jsonValue(), (name, key, value) => {
        const body = fixture(name);
        const keys = [...Object.keys(body), key];
        for (const one of keys) parse({ ...body, [one]: value });
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['no conversation', { type: 'message', serviceUrl: 'https://x.example.com', from: { id: '1' } }],
    ['no tenant', { ...fixture('personal-message'), conversation: { id: 'a:1' }, channelData: {} }],
    ['no person', { ...fixture('personal-message'), from: null }],
    ['a serviceUrl that is none', { ...fixture('personal-message'), serviceUrl: 'javascript:alert(1)' }],
    ['an invoke without a value', { ...fixture('execute'), value: null }],
  ])('%s can’t be read', (_name, body) => {
    expect(parse(body)).toMatchObject({ ok: false, why: 'unreadable' });
  });

  test('an invoke called like what every object has is nobody’s', () => {
    expect(parse({ ...fixture('execute'), name: 'constructor' })).toMatchObject({
      ok: false,
      why: 'ignored',
    });
  });

  test('a button’s data may be anything', () => {
    const press = (data: unknown) => told({ ...fixture('execute'), value: { action: { data } } });
    for (const data of [null, 7, 'text', [], { kept: 7 }]) {
      expect(press(data)).toMatchObject({ kind: 'press', data } satisfies Partial<ByPerson>);
    }
  });
});

describe('HTML as people read it', () => {
  test.each([
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['<div>one</div> <div>two<br></div><div>three</div>', 'one\ntwo\nthree'],
    [
      'a &lt;b&gt; &amp;amp; &#8364;&#x20AC; &nope; &#99999999; &#0;',
      'a <b> &amp; €€ &nope; &#99999999; &#0;',
    ],
    ['<a href="https://x.example.com/">https://x.example.com</a>', 'https://x.example.com'],
    ['<a href="javascript:alert(1)">click</a>', 'click'],
    ['<style>p{}</style><p>text</p>', 'text'],
    ['<script>alert(1)', ''],
    ['a < b', 'a < b'],
    ['line\nbroken   in source', 'line broken in source'],
    ['<img src=x alt="a &quot;cat&quot;">', 'a "cat"'],
  ])('%s', (html, text) => {
    expect(htmlText(html)).toBe(text);
  });

  test('any length in little time', () => {
    // The processor's time, not the wall's: others may be busy on this machine.
    const begun = process.cpuUsage();
    htmlText('<a href="'.repeat(50_000));
    htmlText('<'.repeat(200_000));
    htmlText('<script>'.repeat(20_000));
    decodeEntities('&'.repeat(200_000));
    htmlText('x<p>'.repeat(200_000));
    htmlText('<style></style>'.repeat(60_000));
    htmlText(`${'&nbsp;'.repeat(150_000)}x<br>`);
    htmlText(`${'\n'.repeat(100_000)}${' '.repeat(100_000)}x`);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
