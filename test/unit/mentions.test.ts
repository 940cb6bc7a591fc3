import { describe, expect, test } from 'vitest';
import { draw } from '../../src/conversation/draw.ts';
import { type Story, story } from '../support/case-story.ts';
import { calledBy, viewOf } from '../support/case-view.ts';
import { askId, ben, dana, HOUR, MINUTE, mo, tara, text } from '../support/domain-fixtures.ts';

/** Who is called by each post of a story, as it is drawn when it is sent: `nudge: Ben`. */
function watched(tell: (s: Story) => void): string[] {
  const s = story();
  const lines: string[] = [];
  let seen = 0;
  const look = () => {
    for (const { message } of s.posted.slice(seen)) {
      const called = calledBy(draw(viewOf(s), message.key, message.say));
      lines.push([message.say.what, ...called].join(': '));
    }
    seen = s.posted.length;
  };
  // A story is looked at after each step that it takes.
  const does: Story['does'] = (by, command) => {
    s.does(by, command);
    look();
  };
  look();
  tell({ ...s, does, promises: (owner, at, by) => withLook(() => s.promises(owner, at, by), look) });
  look();
  return lines;
}

function withLook<T>(work: () => T, look: () => void): T {
  const done = work();
  look();
  return done;
}

describe('who is called by name in a thread', () => {
  test('nobody for what they do themselves', () => {
    const at = '2026-03-04 15:00';
    expect(
      watched((s) => {
        const first = s.promises(ben, at);
        const to = {
          id: s.newPromiseId(),
          followUpAt: s.now + 6 * HOUR,
          reason: text('Late'),
          customerTold: true,
        };
        s.does(ben, { do: 'move', promiseId: first, to });
        s.does(ben, { do: 'withdraw', promiseId: to.id, reason: text('Gone') });
        const second = s.promises(ben, at);
        s.does(ben, { do: 'keep', promiseId: second, proof: text('Called') });
        const hold = { holdId: s.newPromiseId(), holdAt: s.now + 6 * HOUR, holdAction: text('Look') };
        s.does(ben, { do: 'close', solved: text('A fix'), ...hold });
        s.does(ben, { do: 'reopen', reason: text('Again') });
      }),
    ).toEqual([
      'case card',
      'history',
      'wants promise',
      'promise made',
      'moved',
      'withdrawn',
      'wants promise',
      'promise made',
      'kept',
      'wants promise',
      'closed',
      'promise made',
      'reopened',
      'wants promise',
    ]);
  });

  test('who is given a promise, and who is handed one', () => {
    expect(
      watched((s) => {
        const id = s.promises(tara, '2026-03-04 15:00', ben);
        s.does(ben, { do: 'hand over', promiseId: id, to: dana });
      }).slice(3),
    ).toEqual(['promise made: Tara', 'handed over: Dana']);
  });

  test('the owner in reminders and at risk; who was called has a message of their own', () => {
    const s = story();
    s.promises(ben, '2026-03-04 11:00');
    s.passes(54 * MINUTE);
    const called = new Map(
      s.posted.map(({ message }) => [message.say.what, calledBy(draw(viewOf(s), message.key, message.say))]),
    );
    expect(Object.fromEntries(called)).toMatchObject({ nudge: ['Ben'], 'at risk': ['Ben'], call: [] });
  });

  test('who asked, when it is decided', () => {
    expect(
      watched((s) => {
        const need = { need: text('A refund'), money: 900, days: null, by: s.now + HOUR };
        const terms = { id: askId(1), promiseId: null, options: '', recommendation: '', ...need };
        s.does(ben, { do: 'ask', terms });
        s.does(mo, { do: 'answer', askId: askId(1), answer: { answer: 'approved', note: '' } });
      }).slice(3),
    ).toEqual(['ask made', 'call', 'ask decided: Ben']);
  });
});
