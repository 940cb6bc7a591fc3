import { describe, expect, test } from 'vitest';
import { draw } from '../../src/conversation/draw.ts';
import { mineCard } from '../../src/conversation/list-cards.ts';
import { promised, story } from '../support/case-story.ts';
import { acme, linesOf, viewOf } from '../support/case-view.ts';
import { ben, dana, MINUTE, teamWith } from '../support/domain-fixtures.ts';

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

  test('says who has it, once somebody has taken it', () => {
    const { s, id } = promised('2026-03-04 11:00', { team: small() });
    s.passes(90 * MINUTE);
    s.does(dana, { do: 'take', matter: { kind: 'promise', promiseId: id } });
    const call = s.posted.map(({ message }) => message).find(({ say }) => say.what === 'call');
    if (call === undefined) throw new Error('Nobody was called');
    expect(linesOf(draw(viewOf(s), call.key, call.say))[0]).toMatch(/^No longer needed: .+ Dana has it\.$/u);
  });
});

test('“my promises” shows one’s own cases that still want a promise', () => {
  const s = story({ by: ben });
  const row = { file: s.file, customer: acme };
  expect(linesOf(mineCard([], s.team, [row])).join('\n')).toMatch(/Acme: .+\(no promise yet, since …/u);
  expect(linesOf(mineCard([], s.team))).toEqual(['My promises', 'You have no open promises.']);
});
