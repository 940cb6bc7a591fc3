import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { viewOutput } from '../support/fake-slack-world.ts';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { ada, type SlackWitness, slackWitness } from '../support/slack-witness.ts';

const nothing = { caseId: null, promiseId: null, askId: null };

describe('forms in Slack', () => {
  let on: SlackEars;
  let see: SlackWitness;
  beforeAll(async () => {
    on = await slackEars();
    see = slackWitness(on);
  });
  afterEach(() => see.tidy());
  afterAll(async () => {
    await on.stop();
    expect(on.fake.limitFaults).toEqual([]);
  });

  const pressed = async (action: string, subject: object, who = ada) => {
    const message = see.buttonMessage(see.value({ do: 'act', action, subject: { ...nothing, ...subject } }));
    await on.fake.press({ ...who, channel: 'C1', ts: message.ts, button: 'Press' });
    return see.opened(who);
  };

  describe('nothing of what was typed is lost', () => {
    it('when what the form is about is over: it is all there, to be copied', async () => {
      // given a promise whose form *Kept* stands open, and that somebody takes back
      const care = await see.openCase('Acme is over meanwhile');
      const promiseId = PromiseId.parse(on.deps.newId());
      const memberId = on.memberOf('Ada').id;
      const terms = {
        id: promiseId,
        ownerId: memberId,
        action: NonBlank.parse('Look'),
        contactBy: memberId,
        contactTo: '',
        followUpAt: on.clock.now() + 3_600_000,
      };
      await act(on.deps, on.whoIs('Ada'), care.id, { do: 'promise', terms });
      await pressed('keep', { caseId: care.id, promiseId });
      const reason = NonBlank.parse('No need');
      await act(on.deps, on.whoIs('Leo'), care.id, { do: 'withdraw', promiseId, reason });
      // when
      const heard = await on.fake.viewSubmit({
        ...ada,
        typing: { 'field/proof': 'I called them, and they said at length' },
      });
      // then
      expect(heard.body).toContain('was withdrawn by Leo Lead');
      expect(heard.body).toContain('I called them, and they said at length');
    });

    it('when a first word is too long for a customer’s name: it stays where it can be read', async () => {
      const word = `Https://status.example.com/${'incident/'.repeat(20)}`;
      await on.fake.command({ ...ada, channel: 'C1', text: `${word} is what they see` });
      const view = await see.opened();
      expect(see.shown(view.state)).toContain(word);
    });

    it('when Slack’s marks are in it: what stands in the meantime shows it as it was typed', async () => {
      const { accept } = on.inbox;
      on.inbox.accept = async (...args) => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return accept(...args);
      };
      try {
        await Promise.all([
          on.fake.command({ ...ada, channel: 'C1', text: 'Acme R&amp;D see &lt;none&gt;, ask <@U3|leo>' }),
          see
            .opened(ada, 'wait')
            .then((wait) => expect(see.shown(wait.view)).toContain('Acme R&D see <none>, ask @leo')),
        ]);
        await see.opened();
      } finally {
        on.inbox.accept = accept;
      }
    });
  });

  describe('a live form', () => {
    it('takes a change that was made before its last drawing had come', async () => {
      await on.fake.command({ ...ada, channel: 'C1', text: 'it is slow again today' });
      const view = await see.opened();
      const before = viewOutput(on.fake.world, view);
      await on.fake.viewAction({
        ...ada,
        button: 'suggest/customer',
        typing: { 'suggest/customer': 'new:Umbrella' },
      });
      await eventually(async () => see.shown(view.view).includes('Umbrella” is new'));
      const [block] = Object.keys(view.state).filter((id) => id.startsWith('field/deadline/'));
      on.fake.type(view, { 'field/deadline': 'tomorrow 3pm' });
      const field = { type: 'plain_text_input', action_id: 'field/deadline', block_id: block };
      await on.fake.payload({
        type: 'block_actions',
        team: { id: 'T1' },
        user: { id: 'U1', team_id: 'T1' },
        trigger_id: on.fake.trigger('T1', 'U1'),
        view: { ...before, state: { values: structuredClone(view.state) } },
        actions: [{ ...field, value: 'tomorrow 3pm' }],
      });
      const drawn = await eventually(async () =>
        see.shown(view.view).includes('✓') ? see.shown(view.view) : null,
      );
      expect(drawn).toContain('Umbrella” is new');
    });

    it('says at once that a guest can’t be chosen, and keeps the rest', async () => {
      const care = await see.openCase('Acme wants a guest');
      await pressed('promise', { caseId: care.id });
      await on.fake.viewAction({
        ...ada,
        button: 'field/owner',
        typing: { 'field/owner': 'UG', 'field/action': 'Look into it' },
      });
      const view = await eventually(async () => {
        const now = on.fake.view('T1', 'U1');
        return see.shown(now?.view).includes('They are a guest here') ? now : null;
      });
      expect(see.shown(view.state)).toContain('Look into it');
      // when somebody of the team is chosen, it is well
      await on.fake.viewSubmit({
        ...ada,
        typing: { 'field/owner': 'U2', 'field/followUp': 'in 2 hours' },
      });
      await see.allDone();
      const found = (await on.cases()).find(({ file }) => file.case.id === care.id);
      expect(found?.file.promises.map(({ ownerId }) => ownerId)).toEqual([on.memberOf('Sam').id]);
    });
  });

  describe('what stands against a promise', () => {
    it('is shown before it is saved, also to who sends the form without a look; sent again, it is saved', async () => {
      // given
      const care = await see.openCase('Acme wants it on a Sunday');
      await pressed('promise', { caseId: care.id });
      const promises = async () =>
        (await on.cases()).find(({ file }) => file.case.id === care.id)?.file.promises ?? [];
      // when
      const first = await on.fake.viewSubmit({
        ...ada,
        typing: { 'field/action': 'Look into it', 'field/followUp': 'Sunday 11am' },
      });
      // then
      expect(first.body).toContain('Nothing is saved yet');
      expect(first.body).toContain('outside');
      expect(see.shown(on.fake.view('T1', 'U1')?.state)).toContain('Look into it');
      expect(await promises()).toEqual([]);
      // when
      const second = await on.fake.viewSubmit({ ...ada, typing: {} });
      // then
      expect(second.json).toEqual({});
      expect(await promises()).toHaveLength(1);
    });

    it('that was looked at already is not shown again', async () => {
      const care = await see.openCase('Acme wants it on a Saturday');
      await pressed('promise', { caseId: care.id });
      await on.fake.viewAction({
        ...ada,
        button: 'field/followUp',
        typing: { 'field/action': 'Look into it', 'field/followUp': 'Saturday 11am' },
      });
      await eventually(async () => see.shown(on.fake.view('T1', 'U1')?.view).includes('outside'));
      expect((await on.fake.viewSubmit({ ...ada, typing: {} })).json).toEqual({});
    });
  });

  describe('a trigger that is over', () => {
    const expired = () => {
      const triggerId = on.fake.trigger('T1', 'U1');
      on.fake.expireTriggers();
      return triggerId;
    };
    /** Presses *Open the form* on the latest answer that has it. */
    const openAgain = async (blocks: unknown, channel = 'C1') => {
      const again = on.fake.say({ team: 'T1', channel, user: 'UBOT', text: 'the answer' });
      again.blocks = Array.isArray(blocks) ? blocks : [];
      await on.fake.press({ ...ada, channel, ts: again.ts, button: 'Open the form' });
      return see.opened();
    };

    it('of a message’s shortcut: the form opens again with its words and its link', async () => {
      const message = on.fake.say({ team: 'T1', channel: 'C1', user: 'U2', text: 'Globex is slow' });
      await on.fake.shortcut({
        ...ada,
        triggerId: expired(),
        callbackId: 'open_case_from_message',
        message: { channel: 'C1', ts: message.ts, user: 'U2', text: message.text },
      });
      await see.toldOf('within 3 seconds');
      const view = await openAgain(on.fake.responses.at(-1)?.body['blocks']);
      expect(see.shown(view.view)).toContain('Sam Support: Globex is slow');
      expect(String(view.view['private_metadata'])).toContain(`p${message.ts.replace('.', '')}`);
    });

    it('of a global shortcut, or a button of App Home: in their own messages', async () => {
      await on.fake.shortcut({ ...ada, triggerId: expired(), callbackId: 'open_case' });
      const direct = await eventually(async () =>
        on.fake.directs('T1', 'U1').findLast((one) => see.shown(one).includes('Open the form')),
      );
      await openAgain(direct.blocks, 'DU1');
    });
  });

  it('a form that can’t be saved says so where it said that it is being saved', async () => {
    // given an opener to whom Slack opens no direct message, and who is slow to say so
    await on.fake.command({ ...ada, channel: 'CS', text: 'Acme can’t be saved here' });
    await see.opened();
    on.clock.forward(6 * 60_000);
    on.fake.fault({ method: 'conversations.open', times: 1, what: 'error', error: 'user_disabled' });
    on.fake.fault({ method: 'conversations.info', times: 1, what: 'slow', ms: 2_600 });
    // when
    const heard = await on.fake.viewSubmit({ ...ada, typing: { 'field/stakes': 'Much' } });
    expect(heard.body).toContain('being saved');
    // then
    await see.toldOf('couldn’t do this');
    await eventually(async () => see.shown(on.fake.view('T1', 'U1')?.view).includes('couldn’t save this'));
  });
});
