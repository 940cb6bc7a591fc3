import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/running-kept.ts';
import { type SlackEars, slackEars } from '../support/slack-ears.ts';
import { ada, type SlackWitness, slackWitness } from '../support/slack-witness.ts';

const nothing = { caseId: null, promiseId: null, askId: null };

describe('who sees what', () => {
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

  const press = async (who: { team: string; user: string }, what: object, channel = 'C1') => {
    const message = see.buttonMessage(see.value(what));
    await on.fake.press({ ...who, channel, ts: message.ts, button: 'Press' });
    await see.allDone();
  };
  const everything = (user: string, team = 'T1') =>
    [...see.told(user, team), ...on.fake.views.filter((v) => v.user === user && v.team === team)]
      .map(see.shown)
      .join();
  describe('what somebody wrote is shown to no other', () => {
    it.each([
      ['a colleague', { team: 'T1', user: 'U3' }],
      ['a guest', { team: 'T1', user: 'UG' }],
      ['somebody of another company', { team: 'T1', user: 'UX' }],
      ['a person of another team with the same id', { team: 'T2', user: 'U1' }],
    ])('%s who presses *Open the form* or *Show all*', async (_name, them) => {
      if (them.team === 'T2') await on.connectSecondTeam();
      await on.fake.command({ ...ada, channel: 'C1', text: `Acme draft of Ada for ${them.user}` });
      await see.opened();
      const heard = (await on.rows()).at(-1)?.id;
      for (const what of [
        { do: 'again', heard },
        { do: 'whole', ref: { of: 'heard', id: heard }, page: 0 },
      ]) {
        const message = see.buttonMessage(see.value(what), them.team);
        await on.fake.press({ ...them, channel: 'C1', ts: message.ts, button: 'Press' });
        await see.allDone();
      }
      expect(everything(them.user, them.team)).not.toContain('draft of Ada');
      expect(see.told(them.user, them.team).length).toBeGreaterThan(0);
    });
  });

  describe('a post of a case, shown whole', () => {
    it('for a member; not for a guest, a stranger or another team', async () => {
      const care = await see.openCase('Acme has a secret outage');
      await see.post(care.id);
      const what = { do: 'whole', ref: { of: 'post', key: `${care.id}/card` }, page: 0 };
      await press({ team: 'T1', user: 'U2' }, what);
      expect(everything('U2')).toContain('secret outage');
      for (const user of ['UG', 'UX']) {
        await press({ team: 'T1', user }, what);
        expect(everything(user)).not.toContain('secret outage');
      }
      const message = see.buttonMessage(see.value(what), 'T2');
      await on.fake.press({ team: 'T2', user: 'U2', channel: 'C1', ts: message.ts, button: 'Press' });
      await see.allDone();
      expect(everything('U2', 'T2')).not.toContain('secret outage');
    });
  });

  describe('App Home', () => {
    it.each([
      ['becomes a guest', 'U2', { is_restricted: true }],
      ['is deactivated', 'U4', { deleted: true }],
    ])('of somebody who %s shows nothing more of the team’s', async (_name, user, change) => {
      await see.openCase('Acme stands in a home');
      const event = { type: 'app_home_opened', user, channel: `D${user}`, tab: 'home' };
      // given a colleague's home with what is theirs
      await on.fake.event({ team: 'T1', event });
      const home = await eventually(async () => on.fake.home('T1', user));
      expect(see.shown(home.view)).toContain('My promises');
      // when
      const person = on.fake.team('T1').users.get(user);
      if (person === undefined) throw new Error('Nobody');
      Object.assign(person, change);
      await on.fake.event({ team: 'T1', event: { type: 'user_change', user: person } });
      await see.allDone();
      // then
      expect(see.shown(on.fake.home('T1', user)?.view)).not.toContain('My promises');
    });
  });

  it('nothing that people wrote, and no token, stands in the log above debug, whatever goes wrong', async () => {
    const from = on.log.length;
    const said = 'Acme xyzzy is broken';
    for (const what of ['error', 'cut before', '500', 'limited'] as const) {
      on.fake.fault({ method: 'views.open', times: 1, what, error: 'invalid_arguments', retryAfter: 1 });
      on.fake.fault({ method: 'views.update', times: 1, what, error: 'invalid_arguments', retryAfter: 1 });
      await on.fake.command({ ...ada, channel: 'C1', text: `${said} ${what}` });
      await see.allDone();
      on.fake.heal();
    }
    await on.fake.raw('application/json', `{"type":"teapot","text":"${said}"}`);
    await on.fake.payload({
      type: 'view_submission',
      user: { id: 'U1' },
      team: { id: 'T1' },
      view: {
        id: 'V',
        type: 'modal',
        state: { values: { b: { a: { type: 'plain_text_input', value: said } } } },
      },
    });
    await on.fake.payload({ type: 'block_actions', user: { id: said }, actions: [{ text: said }] });
    await press(ada, { do: 'act', action: 'show', subject: nothing, typed: said });
    const lines = on.log.slice(from).filter(({ level }) => level !== 'debug');
    expect(lines.length).toBeGreaterThan(3);
    const all = lines.map((line) => inspect(line, { depth: 12, maxStringLength: null })).join('\n');
    expect(all).not.toContain('xyzzy');
    expect(all).not.toContain('xoxb-');
  });
});
