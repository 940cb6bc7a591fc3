import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { act } from '../../src/app/act.ts';
import { ActionId } from '../../src/conversation/card.ts';
import { FormId } from '../../src/conversation/form.ts';
import { NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { CHANNEL, CHANNEL_2, GROUP, PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { eventually } from '../support/running-kept.ts';
import { GUEST, MIXED, type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { ada, adaInChannel, nothing, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const Kept = z.object({ kept: z.record(z.string(), z.unknown()) });
const sam = { ...adaInChannel, person: PEOPLE.Sam };

describe('forms and buttons in Teams', () => {
  let on: TeamsEars;
  let see: TeamsWitness;
  beforeAll(async () => {
    on = await teamsEars();
    see = teamsWitness(on);
  });
  afterEach(() => see.tidy());
  afterAll(async () => {
    await on.stop();
    expect(on.cardFaults).toEqual([]);
  });

  /** A case in the channel, with its card there. */
  const opened = async (title: string) => {
    const care = await see.openCase(`Acme ${title}`);
    return { care, card: await see.cardIn(title) };
  };
  const promised = async (caseId: Parameters<typeof act>[2], name = 'Ada') => {
    const id = PromiseId.parse(on.deps.newId());
    const terms = see.terms(name, on.clock.now() + 3_600_000, id);
    await act(on.deps, on.whoIs(name), caseId, { do: 'promise', terms });
    return id;
  };
  const press = (action: ActionId, subject: object, caseId: string | null = null) =>
    see.kept({
      do: 'act',
      action,
      subject: { ...nothing, ...subject },
      under: caseId === null ? null : { of: 'post', key: `${caseId}/card` },
    });
  const promisesOf = async (caseId: string) =>
    (await on.cases()).find(({ file }) => file.case.id === caseId)?.file.promises ?? [];

  describe('a form of a case’s card', () => {
    it('stands in its place for who pressed alone; back, the card is there again', async () => {
      const { care, card } = await opened('form in place');
      const form = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      expect(form.body).toContain('"f.action"');
      expect(card.edits).toBe(0);
      const back = await on.fake.press({ ...adaInChannel, on: card.id, button: 'Back' });
      expect(back.body).toContain('form in place');
      expect(back.body).not.toContain('"f.action"');
    });

    it('sent, the card stands there as it is now, and the others’ one is changed through the outbox', async () => {
      const { care, card } = await opened('promise in place');
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      const sent = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Promise',
        typing: { action: 'Look into it', followUp: 'in 2 hours' },
      });
      expect(sent.body).toContain('Saved.');
      expect(sent.body).toContain('Look into it');
      expect(await promisesOf(care.id)).toHaveLength(1);
      await on.deliver();
      expect(see.shown(card.activity)).toContain('Look into it');
    });

    it('says what is wrong at its fields, keeps what was typed, and takes it when it is mended', async () => {
      const { care, card } = await opened('mended in place');
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      const wrong = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Promise',
        typing: { action: 'Call <at>Sam</at> *now*', followUp: 'yesterday' },
      });
      expect(wrong.body).toContain('"Call <at>Sam</at> *now*"');
      expect(wrong.body).toContain('"yesterday"');
      expect(await promisesOf(care.id)).toEqual([]);
      const right = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Promise',
        typing: { followUp: 'in 2 hours' },
      });
      expect(right.body).toContain('Saved.');
      expect((await promisesOf(care.id)).map(({ action }) => action)).toEqual(['Call <at>Sam</at> *now*']);
    });

    it('shows how a time was read when it is asked to, and nothing is written down for it', async () => {
      const { care, card } = await opened('live field');
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      const rows = (await on.rows()).length;
      const checked = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Check',
        typing: { action: 'Look', followUp: 'tomorrow 3pm' },
      });
      expect(checked.body).toContain('"tomorrow 3pm"');
      expect(checked.body).toContain('"Look"');
      expect(checked.body).toContain('✓');
      expect(await on.rows()).toHaveLength(rows);
    });

    it('fills in a time that is offered', async () => {
      const { care, card } = await opened('offered time');
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      const asked = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Check',
        typing: { action: 'Look', followUp: 'tomorrow' },
      });
      const offered = /"set":\{"field":"followUp","value":"([^"]+)"\}/.exec(asked.body)?.[1] ?? '';
      expect(offered).not.toBe('');
      const { kept } = Kept.parse(see.dataOf(see.answered(asked), 'Check'));
      const set = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: { kept: { ...kept, set: { field: 'followUp', value: offered } } },
      });
      expect(set.body).toContain(`"value":"${offered}"`);
      expect(set.body).toContain('✓');
    });

    it.each(FormId.options)(
      '*%s*, pressed with nothing behind it, is answered in words or with its form',
      async (id) => {
        const { care, card } = await opened(`catalogue ${id}`);
        const promiseId = await promised(care.id);
        const heard = await on.fake.press({
          ...adaInChannel,
          on: card.id,
          data: press(ActionId.parse(id), { caseId: care.id, promiseId }, care.id),
        });
        expect(heard.status).toBe(200);
        expect([
          'application/vnd.microsoft.card.adaptive',
          'application/vnd.microsoft.activity.message',
        ]).toContain(heard.json?.['type']);
      },
    );
  });

  describe('buttons that act at once', () => {
    it.each(['on it', 'reopen', 'take', 'not mine', 'show', 'go'] as const)(
      '*%s* is answered',
      async (id) => {
        const { care, card } = await opened(`at once ${id}`);
        const heard = await on.fake.press({
          ...sam,
          on: card.id,
          data: press(id, { caseId: care.id }, care.id),
        });
        expect(heard.status).toBe(200);
        expect(heard.body).toContain(`at once ${id}`);
      },
    );

    it('*Open thread* leads to the thread; to somebody else’s own chat nobody is led', async () => {
      const { care, card } = await opened('leads there');
      const heard = await on.fake.press({
        ...sam,
        on: card.id,
        data: press('go', { caseId: care.id }, care.id),
      });
      expect(heard.body).toContain(
        `https://teams.microsoft.com/l/message/${encodeURIComponent(care.place.channel)}/${card.id}`,
      );
      const own = await see.openCase('Acme in my own chat', ada);
      await on.deliver();
      await eventually(async () =>
        see.postsFor(ada).find(({ activity }) => see.shown(activity).includes('my own chat')),
      );
      const shown = await on.fake.press({ ...sam, on: card.id, data: press('go', { caseId: own.id }) });
      expect(shown.body).toContain('only they see');
      expect(shown.body).toContain('my own chat');
    });

    it('a button that came too late says what has happened since, with the card as it is now', async () => {
      const { care, card } = await opened('too late');
      const promiseId = await promised(care.id);
      await act(on.deps, on.whoIs('Leo'), care.id, {
        do: 'withdraw',
        promiseId,
        reason: NonBlank.parse('No need'),
      });
      const heard = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('keep', { caseId: care.id, promiseId }, care.id),
      });
      expect(heard.body).toContain('was withdrawn by Leo Lead');
      expect(heard.body).toContain('too late');
      expect(heard.body).not.toContain('"f.proof"');
    });

    it('one of an older version does nothing, and shows how things stand', async () => {
      const { card } = await opened('old button');
      for (const data of [{ kept: { v: 0, do: 'act' } }, { something: 'else' }, null]) {
        const heard = await on.fake.press({ ...adaInChannel, on: card.id, data });
        expect(heard.body).toContain('older version of Kept');
        expect(heard.body).toContain('old button');
      }
    });

    it('a form of an older version gives back what was typed', async () => {
      const form = await see.ask(ada, 'Acme old form');
      const heard = await on.fake.press({
        ...ada,
        on: form.id,
        data: { kept: { v: 0, do: 'submit' }, 'f.stakes': 'They said at length', 'f.severity': 'yes' },
      });
      expect(heard.body).toContain('nothing was saved');
      expect(heard.body).toContain('They said at length');
    });
  });

  describe('nothing of what was typed is lost', () => {
    it('when what the form is about is over', async () => {
      const { care, card } = await opened('over meanwhile');
      const promiseId = await promised(care.id);
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('keep', { caseId: care.id, promiseId }, care.id),
      });
      await act(on.deps, on.whoIs('Leo'), care.id, {
        do: 'withdraw',
        promiseId,
        reason: NonBlank.parse('No need'),
      });
      const heard = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Kept',
        typing: { proof: 'I called them, and they said at length' },
      });
      expect(heard.body).toContain('was withdrawn by Leo Lead');
      expect(heard.body).toContain('I called them, and they said at length');
    });

    it('when it is longer than a field holds', async () => {
      const long = `Acme says: ${'all is broken and nobody answers. '.repeat(300)}The end`;
      const form = await see.ask(ada, long);
      const checked = await on.fake.press({
        ...ada,
        on: form.id,
        button: 'Check',
        typing: { deadline: 'tomorrow 3pm' },
      });
      expect(checked.status).toBe(200);
      await on.fake.press({
        ...ada,
        on: form.id,
        button: 'Open',
        typing: { 'new.customer': 'Acme Long', title: 'All is broken', stakes: 'Much' },
      });
      await see.allDone();
      const found = (await on.cases()).find(({ file }) => file.case.title === 'All is broken');
      expect(found?.file.case.whatHappened).toBe(long);
    });

    it('when all of it is more than a message holds, and something has to be mended', async () => {
      const form = await see.ask(ada, 'Acme wrote a lot');
      const much = (word: string) => `${'約束を守る'.repeat(560)} the end of ${word}`;
      const wrong = await on.fake.press({
        ...ada,
        on: form.id,
        button: 'Open',
        typing: { happened: much('happened'), stakes: much('stakes'), deadline: 'yesterday' },
      });
      expect(wrong.body).not.toContain('the end of happened');
      const again = await on.fake.press({
        ...ada,
        on: form.id,
        button: 'Check',
        typing: { deadline: 'tomorrow 3pm' },
      });
      expect(again.body).not.toContain('the end of happened');
      const sent = await on.fake.press({
        ...ada,
        on: form.id,
        button: 'Open',
        typing: { title: 'Wrote a lot' },
      });
      expect(sent.body).toContain('Saved.');
      const found = (await on.cases()).find(({ file }) => file.case.title === 'Wrote a lot');
      expect(found?.file.case).toMatchObject({ whatHappened: much('happened'), stakes: much('stakes') });
    });

    it('when the database is away: a sentence, and the form stands as it is', async () => {
      const form = await see.ask(ada, 'Acme no database');
      const { accept } = on.inbox;
      on.inbox.accept = () => Promise.reject(new Error('The database is away'));
      try {
        const heard = await on.fake.press({
          ...ada,
          on: form.id,
          button: 'Open',
          typing: { stakes: 'Much' },
        });
        expect(heard).toMatchObject({
          status: 200,
          json: { type: 'application/vnd.microsoft.activity.message' },
        });
        expect(heard.body).toContain('wasn’t taken in');
        // a dialog would be closed by a sentence: what was typed stands in it, with a button to send it again
        const data = see.dataOf(see.cardOf(form), 'Open', { 'f.stakes': 'At length' });
        const dialog = see.dialog(await on.fake.taskSubmit({ ...ada, data }));
        expect(see.shown(dialog)).toContain('At length');
        on.inbox.accept = accept;
        const again = await on.fake.taskSubmit({ ...ada, data: see.dataOf(dialog, 'Send') });
        expect(again.body).toContain('Saved.');
      } finally {
        on.inbox.accept = accept;
      }
    });

    it('when the work itself fails: it is tried again by itself, and what comes of it stands in the chat', async () => {
      const form = await see.ask(ada, 'Acme fails once');
      let fails = 1;
      on.faults.hear = async () => {
        if (fails-- > 0) throw new Error('Connection lost');
      };
      const heard = await on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
      expect(heard.body).toContain('tries again by itself');
      on.clock.forward(10_000);
      expect(await on.teams.late()).toBe(1);
      await eventually(async () => see.shown(form.activity).includes('Saved.'));
      expect((await on.cases()).map(({ file }) => file.case.title)).toContain('fails once');
    });

    it('when it never works: who waits is told so', async () => {
      const form = await see.ask(ada, 'Acme fails always');
      on.faults.hear = () => Promise.reject(new Error('A bug'));
      await on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
      for (let tries = 0; tries < 5; tries += 1) {
        on.clock.forward(10 * 60_000);
        await on.teams.late();
      }
      await eventually(async () =>
        on.fake
          .chat(TENANT_1, PEOPLE.Ada)
          .some(({ activity }) => see.shown(activity).includes('tried several times')),
      );
      expect((await on.rows()).every(({ doneAt }) => doneAt !== null)).toBe(true);
    });
  });

  describe('what takes long', () => {
    it('is said to, while Teams still waits, and stands in the chat afterwards', async () => {
      const form = await see.ask(ada, 'Acme is slow to save');
      on.faults.hear = () => sleep(5_200);
      const heard = await on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
      expect(heard.ms).toBeLessThan(5_100);
      expect(heard.body).toContain('takes longer');
      await eventually(async () => see.shown(form.activity).includes('Saved.'), 10_000);
    });
  });

  describe('twice', () => {
    it('a form that is sent twice at the same time opens one case, and both are answered', async () => {
      const form = await see.ask(ada, 'Acme sent twice');
      const send = () => on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
      const heard = await Promise.all([send(), send()]);
      expect(heard.map(({ body }) => body.includes('Saved.'))).toEqual([true, true]);
      await see.allDone();
      expect((await on.cases()).filter(({ file }) => file.case.title === 'sent twice')).toHaveLength(1);
    });

    it('to two processes, one case', async () => {
      const other = await on.another();
      const form = await see.ask(ada, 'Acme sent to two');
      const sendTo = (url: string) => {
        on.fake.keptAt(url);
        return on.fake.press({ ...ada, on: form.id, button: 'Open', typing: { stakes: 'Much' } });
      };
      const heard = await Promise.all([sendTo(on.url), sendTo(other.url)]);
      on.fake.keptAt(on.url);
      expect(heard.map(({ status }) => status)).toEqual([200, 200]);
      await see.allDone();
      expect((await on.cases()).filter(({ file }) => file.case.title === 'sent to two')).toHaveLength(1);
    });

    it('a double click does one thing once, and later it is another press', async () => {
      const { care, card } = await opened('double click');
      const click = () =>
        on.fake.press({ ...adaInChannel, on: card.id, data: press('show', { caseId: care.id }, care.id) });
      const intents = await see.heardSaid();
      const [first, second] = await Promise.all([click(), click()]);
      expect(second.body).toBe(first.body);
      expect(intents()).toHaveLength(1);
      await sleep(2_050);
      await click();
      expect(intents()).toHaveLength(2);
    });

    it('a message that Teams sends again, to another process, is answered once', async () => {
      const other = await on.another();
      const message = { ...ada, text: 'list', id: on.fake.nextId() };
      const posts = see.postsFor(ada).length;
      await on.fake.message(message);
      on.fake.keptAt(other.url);
      const again = await Promise.all([on.fake.message(message), on.fake.message(message)]);
      on.fake.keptAt(on.url);
      await see.allDone();
      expect(again.map(({ status }) => status)).toEqual([200, 200]);
      expect(see.postsFor(ada)).toHaveLength(posts + 1);
    });
  });

  describe('what stands against a promise', () => {
    it('is shown before it is saved, also to who sends the form without a look; sent again, it is saved', async () => {
      const { care, card } = await opened('wants it on a Sunday');
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      const first = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Promise',
        typing: { action: 'Look into it', followUp: 'Sunday 11am' },
      });
      expect(first.body).toContain('Nothing is saved yet');
      expect(first.body).toContain('outside');
      expect(first.body).toContain('"Look into it"');
      expect(await promisesOf(care.id)).toEqual([]);
      const second = await on.fake.press({ ...adaInChannel, on: card.id, button: 'Promise' });
      expect(second.body).toContain('Saved.');
      expect(await promisesOf(care.id)).toHaveLength(1);
    });

    it('that was looked at already is not shown again', async () => {
      const { care, card } = await opened('wants it on a Saturday');
      await on.fake.press({
        ...adaInChannel,
        on: card.id,
        data: press('promise', { caseId: care.id }, care.id),
      });
      const checked = await on.fake.press({
        ...adaInChannel,
        on: card.id,
        button: 'Check',
        typing: { action: 'Look into it', followUp: 'Saturday 11am' },
      });
      expect(checked.body).toContain('outside');
      expect((await on.fake.press({ ...adaInChannel, on: card.id, button: 'Promise' })).body).toContain(
        'Saved.',
      );
    });
  });

  it('a guest can’t be chosen; somebody of the team is met by being chosen', async () => {
    const { care } = await opened('wants a guest');
    await on.fake.message({ ...ada, conversation: MIXED, text: 'list', mention: true });
    await see.allDone();
    const where = { ...ada, conversation: MIXED };
    const post = await eventually(async () => on.fake.posts(TENANT_1, MIXED).at(-1));
    await on.fake.press({ ...where, on: post.id, data: press('promise', { caseId: care.id }, care.id) });
    const wrong = await on.fake.press({
      ...where,
      on: post.id,
      button: 'Promise',
      typing: { owner: GUEST, action: 'Look into it', followUp: 'in 2 hours' },
    });
    expect(wrong.body).toContain('They are a guest here');
    expect(wrong.body).toContain('"Look into it"');
    const right = await on.fake.press({
      ...where,
      on: post.id,
      button: 'Promise',
      typing: { owner: PEOPLE.Sam },
    });
    expect(right.body).toContain('Saved.');
    expect((await promisesOf(care.id)).map(({ ownerId }) => ownerId)).toEqual([on.memberOf('Sam').id]);
  });

  it('the team’s settings offer the channels and group chats that Kept knows by name', async () => {
    for (const [conversation, name] of [
      [CHANNEL, null],
      [CHANNEL_2, 'Escalations'],
      [GROUP, 'Acme'],
    ] as const) {
      const where = { ...ada, conversation };
      if (name === null) await on.fake.message({ ...where, text: 'list', mention: true });
      else await on.fake.renamed({ ...where, of: 'channel', name });
      await see.allDone();
      on.clock.forward(60_001);
    }
    const team = await see.ask(ada, 'team');
    const form = await on.fake.press({ ...ada, on: team.id, button: 'Settings' });
    const [, choices] = /"choices":(\[\{"title":"None"[^\]]*\])/.exec(form.body) ?? [];
    expect(JSON.parse(choices ?? '')).toEqual([
      { title: 'None', value: '-' },
      { title: 'Acme', value: GROUP },
      { title: 'Escalations', value: CHANNEL_2 },
    ]);
  });

  describe('show all', () => {
    it('of a long answer in one’s own chat: pages, and back', async () => {
      for (let n = 0; n < 3; n += 1)
        await on.open(`${'A very long title that says it all. '.repeat(60)} ${n}`, {
          connection: `teams/${TENANT_1}`,
          channel: 'x',
        });
      const answer = await see.ask(ada, 'list');
      const whole = await on.fake.press({ ...ada, on: answer.id, button: 'Show all' });
      expect(whole.body.length).toBeGreaterThan(5_000);
      const back = await on.fake.press({ ...ada, on: answer.id, button: 'Back' });
      expect(back.body).toContain('Show all');
    });
  });
});
