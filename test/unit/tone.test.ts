import { describe, expect, test } from 'vitest';
import { checkTone } from '../../src/domain/tone.ts';

describe('what should not stand in a text for a customer', () => {
  test.each([
    ['This was your own mistake.', 'blames', 'your own mistake'],
    ['You should have saved it first.', 'blames', 'You should have'],
    ['You didn’t send the file.', 'blames', 'You didn’t'],
    ["You didn't send the file.", 'blames', "You didn't"],
    ['You forgot to tick the box.', 'blames', 'You forgot to'],
    ['As I already said, it is down.', 'blames', 'As I already said'],
    ['Looks like user error.', 'blames', 'user error'],
    ['Please calm down.', 'dismisses', 'calm down'],
    ['That is not our department.', 'dismisses', 'not our department'],
    ['It’s against company policy.', 'dismisses', 'against company policy'],
    ['There is nothing we can do.', 'dismisses', 'nothing we can do'],
    ['It is only a minor issue.', 'dismisses', 'only a minor issue'],
    ['No one else has complained.', 'dismisses', 'No one else has complained'],
    ['I’ll get back to you.', 'promises nothing', 'get back to you'],
    ['We will come back to you soon!', 'promises nothing', 'come back to you soon'],
    ['I will call as soon as possible.', 'promises nothing', 'as soon as possible'],
    ['Done asap', 'promises nothing', 'asap'],
    ['We’ll try.', 'promises nothing', 'We’ll try'],
    ['In due course it will work.', 'promises nothing', 'In due course'],
    ['It will hopefully hold.', 'promises nothing', 'hopefully'],
  ])('%s', (text, fault, words) => {
    expect(checkTone(text)).toEqual([{ words, fault }]);
  });

  test.each([
    ['a promise with its time', 'I will get back to you by 15:00 today (Europe/Berlin).'],
    ['another one', 'Ben calls you tomorrow at 9:30.'],
    ['thanks', 'Thank you for telling us. You have helped us find it.'],
    ['a word within a word', 'The asapp module is up again.'],
    ['nothing', ''],
    ['another language', 'Wir melden uns um 15 Uhr bei Ihnen.'],
    ['another script', 'سنتصل بك الساعة 15:00 👍'],
  ])('not %s', (_, text) => {
    expect(checkTone(text)).toEqual([]);
  });

  test('all of it is marked, in the order of the text, each as often as it stands there', () => {
    const text = 'Hopefully it holds.\nCalm down, you never listen. Hopefully.\nI will get back to you';
    expect(checkTone(text).map(({ words, fault }) => `${words}: ${fault}`)).toEqual([
      'Hopefully: promises nothing',
      'Calm down: dismisses',
      'you never: blames',
      'Hopefully: promises nothing',
      'get back to you: promises nothing',
    ]);
  });

  test('the same text gives the same marks a second time, and a long one is read at once', () => {
    const text = 'You should have known. '.repeat(450);
    const started = performance.now();
    expect(checkTone(text)).toHaveLength(450);
    expect(checkTone(text)).toHaveLength(450);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
