import { describe, expect, test } from 'vitest';
import type { CaseRow, PromiseRow } from '../../src/app/store.ts';
import type { Card } from '../../src/conversation/card.ts';
import { elsewhere } from '../../src/conversation/elsewhere.ts';
import { type HomeParts, homeCard } from '../../src/conversation/home-card.ts';
import { showCard } from '../../src/conversation/list-cards.ts';
import { shortCard } from '../../src/conversation/short-card.ts';
import { limitWords, savedCard, teamCard } from '../../src/conversation/team-card.ts';
import { type CarePromise, isUnsettled } from '../../src/domain/care-promise.ts';
import { NonBlank } from '../../src/domain/ids.ts';
import type { Member, Team } from '../../src/domain/people.ts';
import { type Story, story } from '../support/case-story.ts';
import { acme, linesOf, viewOf } from '../support/case-view.ts';
import { ben, dana, ira, MINUTE, memberIn, mo, tara, teamWith } from '../support/domain-fixtures.ts';

type Told = { title: string; openedBy?: Member['id']; owner?: Member['id']; late?: boolean };

/** A case of that title, with a promise where it has an owner; `late` lets it be missed. */
function told({ title, openedBy = tara, owner, late = false }: Told, team: Team): Story {
  const s = story({ team, by: openedBy, terms: { title: NonBlank.parse(title) } });
  if (owner !== undefined) {
    s.promises(owner, '2026-03-04 11:00', openedBy);
  }
  s.passes(late ? 90 * MINUTE : MINUTE);
  return s;
}

/** What the store would give a member's home. */
function partsOf(stories: readonly Story[], me: Member['id']): HomeParts {
  const rows = stories.map(({ file }): CaseRow => ({ file, customer: acme }));
  const promises = rows.flatMap(({ file, customer }): PromiseRow[] =>
    file.promises.filter(isUnsettled).map(({ id }) => ({ file, customer, promiseId: id })),
  );
  const inTrouble = (one: CarePromise) =>
    one.status === 'broken' || (one.status === 'live' && one.risk !== null);
  return {
    mine: promises.filter(({ file }) => file.promises.some(({ ownerId }) => ownerId === me)),
    troubled: promises.filter(({ file }) => file.promises.filter(isUnsettled).some(inTrouble)),
    waiting: rows.filter(({ file: { case: one } }) => one.status === 'open' && one.waiting !== null),
    opened: rows.filter(({ file }) => file.case.openedBy === me),
  };
}

function home(stories: readonly Told[], me: Member['id'], team = teamWith()): Card {
  const parts = partsOf(
    stories.map((one) => told(one, team)),
    me,
  );
  return homeCard(parts, memberIn(team, me), team);
}

/** The titles under each heading of a home. */
function sections(card: Card): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let heading = '';
  for (const line of linesOf(card).slice(1)) {
    const [, title] = /^- #12 Acme: (.+?) \(/u.exec(line) ?? [];
    if (title === undefined) {
      heading = line;
    }
    found[heading] = [...(found[heading] ?? []), ...(title === undefined ? [] : [title])];
  }
  return found;
}

const buttons = (card: Card) => card.actions.map(({ id }) => id);

describe('a member’s home', () => {
  test('has their promises, their team’s risks and the cases they opened', () => {
    const card = home(
      [
        { title: 'Mine', owner: ben },
        { title: 'Mine and missed', owner: ben, late: true },
        { title: 'Opened by me', openedBy: ben, owner: dana },
        { title: 'Waiting, opened by me', openedBy: ben },
        { title: 'Waiting elsewhere', openedBy: tara },
      ],
      ben,
    );
    expect(sections(card)).toEqual({
      'My promises': ['Mine', 'Mine and missed'],
      'At risk in my team': [],
      'Nothing is at risk in your team.': [],
      'Cases I opened': ['Opened by me', 'Waiting, opened by me'],
    });
    expect(buttons(card)).toEqual(['open']);
    const items = card.blocks.flatMap((block) => (block.b === 'list' ? block.items : []));
    expect(items[0]?.actions.map(({ id }) => id)).toEqual(['keep', 'move', 'go']);
  });

  test.each([
    ['those below me, however far', mo, ben, true],
    ['those who answer to whom I do', ben, tara, true],
    ['nobody above me', ben, dana, false],
    ['nobody of another lead', dana, tara, false],
    ['my own, which stand above', ben, ben, false],
  ])('shows the risks of %s', (_, me, owner, isShown) => {
    const team = teamWith({ tara: { leadId: me === dana ? ira : dana } });
    const found = sections(home([{ title: 'Late', openedBy: ira, owner, late: true }], me, team));
    expect(found['At risk in my team']).toEqual(isShown ? ['Late'] : []);
  });

  test('shows every risk, and how to set the team, while nobody is set to be called', () => {
    const alone = { leadId: null, limit: null };
    const team = teamWith({ ben: alone, dana: alone, mo: alone, ira: alone, tara: alone });
    const card = home([{ title: 'Late', owner: tara, late: true }, { title: 'Waiting' }], ben, team);
    expect(sections(card)['At risk in my team']).toEqual(['Late', 'Waiting']);
    expect(linesOf(card)[1]).toContain('Set it with /care team');
    expect(buttons(card)).toEqual(['open', 'authority']);
    const named = teamWith({
      ben: alone,
      dana: { ...alone, admin: true },
      mo: alone,
      ira: alone,
      tara: alone,
    });
    expect(buttons(home([], ben, named))).toEqual(['open']);
  });

  test('says what to do where there is nothing', () => {
    expect(linesOf(home([], ben))).toEqual([
      'Hello Ben',
      'My promises',
      'You have no open promises.',
      'At risk in my team',
      'Nothing is at risk in your team.',
      'Cases I opened',
      'You have opened no case yet. When a customer waits for a word from us, open one.',
    ]);
  });
});

describe('the team', () => {
  test('shows who decides what, who answers to nobody, and how it is set', () => {
    const team = teamWith({ tara: { limit: null }, dana: { admin: true, title: 'Lead' } });
    expect(linesOf(teamCard(team, memberIn(team, ben), 'console'))).toEqual([
      'Team and settings',
      'Called for you: Dana → Mo → Ira',
      'Who may decide what',
      '- Dana, Lead (decides up to 500 EUR and 2 days; answers to Mo; may change the team)',
      '- Mo (decides up to 5000 EUR and 10 days; answers to Ira)',
      '- Ira (decides anything)',
      'Answer to nobody: Tara',
      'For them the authority holders are called, the smallest limit first.',
      'Settings',
      'Currency: EUR',
      'Time zone: Europe/Berlin',
      'Public holidays: none',
      'Working hours: 09:00–12:00, 13:00–17:00',
      'Quiet hours: 20:00–08:00',
      'Channel for team talk: none yet',
      'Changed by: Dana',
    ]);
  });

  test('has buttons for those who may change it', () => {
    const team = teamWith({ dana: { admin: true } });
    expect(buttons(teamCard(team, memberIn(team, ben), 'console'))).toEqual([]);
    expect(buttons(teamCard(team, memberIn(team, dana), 'console'))).toEqual(['authority', 'workspace']);
    expect(linesOf(savedCard(team, memberIn(team, dana), 'console'))[1]).toMatch(/^Saved/u);
  });

  test.each([
    [null, 'decides nothing'],
    [{ money: null, days: null }, 'decides anything'],
    [{ money: 250, days: null }, 'decides up to 250 EUR'],
    [{ money: null, days: 1 }, 'decides up to 1 day'],
    [{ money: 0, days: 7 }, 'decides up to 0 EUR and 7 days'],
  ])('a limit of %o %s', (limit, expected) => {
    expect(limitWords(limit, 'EUR')).toBe(expected);
  });
});

describe('a case in short', () => {
  test('says the stakes, the state, the owner and the next contact, and nothing internal', () => {
    const s = told({ title: 'Export down', owner: ben }, teamWith());
    const card = shortCard(viewOf(s));
    expect(linesOf(card)).toEqual([
      'Acme: Export down',
      'What it means for Acme: Board meeting at 5pm needs the figures',
      'On track.',
      'Owner: Ben',
      'They hear from us: …, from Ben',
      'Case 12',
    ]);
    expect(card.actions).toEqual([]);
  });

  test('says that nothing is set yet', () => {
    const s = told({ title: 'Export down' }, teamWith());
    expect(linesOf(shortCard(viewOf(s)))).toContain('They hear from us: no time set yet');
  });
});

describe('a case with its timeline', () => {
  test('says of a risk that passed by itself that nobody gave a sign', () => {
    const s = told({ title: 'Export down', owner: ben }, teamWith());
    s.changes(ben, { chat: { away: { from: s.now, until: null }, paused: null } });
    s.does(null, { do: 'wake' });
    s.changes(ben, { chat: { away: null, paused: null } });
    s.does(null, { do: 'wake' });
    const lines = linesOf(showCard(viewOf(s), s.events, null));
    expect(lines).toContain('- Kept at risk: the owner is away then (…)');
    expect(lines.at(-1)).toBe('- Kept found it no longer at risk (…)');
  });
});

describe('a message that took another way', () => {
  const card: Card = { tone: 'calm', heading: [], blocks: [{ b: 'note', line: [] }], actions: [] };

  test.each([
    [[], []],
    [[{ kind: 'channel' as const }], ['Meant for the case’s channel, where I can’t post any more.']],
    [
      [{ kind: 'thread' as const }, { kind: 'member' as const, memberId: ben }],
      ['Meant for the case’s thread, where I can’t post any more.'],
    ],
    [[{ kind: 'member' as const, memberId: ben }], ['Meant for a colleague whom I can’t reach any more.']],
  ])('%o', (tried, expected) => {
    expect(linesOf(elsewhere(card, tried))).toEqual(expected);
    expect(elsewhere(card, tried).blocks.at(-1)).toEqual(card.blocks[0]);
  });
});
