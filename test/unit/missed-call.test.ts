import { describe, expect, test } from 'vitest';
import { draw } from '../../src/conversation/draw.ts';
import { mineCard } from '../../src/conversation/list-cards.ts';
import { promised, type Story, story } from '../support/case-story.ts';
import { acme, linesOf, viewOf } from '../support/case-view.ts';
import { askId, ben, dana, MINUTE, mo, teamWith, text, when } from '../support/domain-fixtures.ts';

const alone = { leadId: null, limit: null };
/** Dana is the only one whom Ben's promises go to. */
const small = () => teamWith({ dana: alone, mo: alone, ira: alone, tara: alone });

describe('the call for a promise at risk that was then missed', () => {
  test('says so and who was called again, not that its owner has it', () => {
    const { s } = promised('2026-03-04 11:00', { team: small() });
    s.passes(90 * MINUTE);
    const calls = s.posted.map(({ message }) => message).filter(({ say }) => say.what === 'call');
    expect(calls).toHaveLength(2);

    const [first, second] = calls.map(({ key, say }) => linesOf(draw(viewOf(s), key, say))[0]);
    expect(first).toMatch(/^Missed: Acme: .+\. Dana has been called\.$/u);
    expect(second).toContain('needs you: a promise was broken');
  });

  test('tells the one who has taken it that it is theirs', () => {
    const { s, id } = promised('2026-03-04 11:00', { team: small() });
    s.passes(90 * MINUTE);
    s.does(dana, { do: 'take', matter: { kind: 'promise', promiseId: id } });
    const call = s.posted.map(({ message }) => message).find(({ say }) => say.what === 'call');
    if (call === undefined) throw new Error('Nobody was called');
    expect(linesOf(draw(viewOf(s), call.key, call.say))[0]).toMatch(/^It is yours now: Acme: .+\.$/u);
  });
});

test('“my promises” shows one’s own cases that still want a promise', () => {
  const s = story({ by: ben });
  const row = { file: s.file, customer: acme };
  expect(linesOf(mineCard([], s.team, [row])).join('\n')).toMatch(/Acme: .+\(no promise yet, since …/u);
  expect(linesOf(mineCard([], s.team))).toEqual(['My promises', 'You have no open promises.']);
});

/** What Dana, the first who was called, reads in her call, and what the last post in the thread says. */
function afterwards(s: Story) {
  const call = s.posted.map(({ message }) => message).find(({ say }) => say.what === 'call');
  const last = s.posted.map(({ message }) => message).findLast(({ to }) => to.kind === 'thread');
  const drawn = (message: typeof call) =>
    message === undefined ? [] : linesOf(draw(viewOf(s), message.key, message.say));
  return { call: drawn(call)[0], thread: drawn(last)[0] };
}

describe('a promise at risk that is taken in time', () => {
  test.each([
    ['by the one who was called', dana, /^It is yours now: Acme: /u, 'Dana has taken it on: Restart'],
    ['by somebody else', mo, /^No longer needed: Acme: .+ Mo has it\.$/u, 'Mo has taken it on: Restart'],
  ])('%s: the call and the thread say whose it is, and what', (_, by, called, thread) => {
    const { s, id } = promised('2026-03-04 11:00', { team: small() });
    s.passes(55 * MINUTE);
    s.does(by, { do: 'take', matter: { kind: 'promise', promiseId: id } });
    expect(afterwards(s).call).toMatch(called);
    expect(afterwards(s).thread).toContain(thread);
  });
});

describe('an ask that the one who was called says isn’t theirs', () => {
  const holder = { money: null, days: null };
  const terms = {
    id: askId(1),
    promiseId: null,
    need: text('A refund'),
    money: 1,
    days: null,
    by: when('2026-03-04 13:00'),
    options: '',
    recommendation: '',
  };
  const passedOn = (others: Parameters<typeof teamWith>[0]) => {
    const { s } = promised('2026-03-04 15:00', {
      team: teamWith({ mo: alone, ira: alone, tara: alone, ...others }),
    });
    s.does(ben, { do: 'ask', terms });
    s.does(dana, { do: 'not mine', askId: askId(1) });
    return afterwards(s);
  };

  test('says that they have passed it on, and who was called next', () => {
    expect(passedOn({ mo: { leadId: null, limit: holder } }).call).toMatch(
      /^You have passed it on: Acme: .+\. Mo has been called\.$/u,
    );
  });

  test('says in the call and in the thread that nobody is left', () => {
    const { call, thread } = passedOn({});
    expect(call).toMatch(/^You have passed it on: Acme: .+\. Nobody is left who could decide it\.$/u);
    expect(thread).toMatch(/^Nobody is left who could decide it\. /u);
  });
});
