import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHANNEL, CHANNEL_2, GROUP, PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { type TeamsEars, teamsEars } from '../support/teams-ears.ts';
import { adaInChannel, type TeamsWitness, teamsWitness } from '../support/teams-witness.ts';

const Button = z.object({ kept: z.looseObject({ meta: z.looseObject({ place: z.unknown() }) }) });

describe('a card of Teams whose data were written by hand', () => {
  let on: TeamsEars;
  let see: TeamsWitness;
  beforeAll(async () => {
    on = await teamsEars();
    see = teamsWitness(on);
    // Kept is in all of these, and Ada in all but the group chat.
    await on.fake.message({ ...adaInChannel, conversation: CHANNEL_2, text: 'help', mention: true });
    await on.fake.message({
      ...adaInChannel,
      person: PEOPLE.Sam,
      conversation: GROUP,
      text: 'help',
      mention: true,
    });
    const group = on.fake.tenant(TENANT_1).conversations.get(GROUP);
    if (group === undefined) throw new Error('There is no group chat');
    group.members = group.members.filter((id) => id !== PEOPLE.Ada);
    await see.allDone();
  });
  afterAll(async () => {
    await on.stop();
  });

  /** Ada's form in the channel, sent with another place in it than it was drawn with. */
  async function openedIn(title: string, place: { connection: string; channel: string }) {
    const veil = await see.ask(adaInChannel, `care Acme ${title}`);
    const form = see.answered(await on.fake.press({ ...adaInChannel, on: veil.id, button: 'Open it' }));
    const data = see.dataOf(form, 'Open', { 'f.stakes': 'Their board' });
    const { kept } = Button.parse(data);
    const tampered = { ...data, kept: { ...kept, meta: { ...kept.meta, place } } };
    const heard = await on.fake.press({ ...adaInChannel, on: veil.id, data: tampered });
    expect(heard.body).toContain('Saved');
    await see.allDone();
    return (await on.cases()).find(({ file }) => file.case.title.includes(title))?.file.case.place;
  }

  const connection = `teams/${TENANT_1}`;

  it('a conversation that whoever sends it isn’t in: the case stays where it was opened', async () => {
    expect(await openedIn('into others’ chat', { connection, channel: GROUP })).toEqual({
      connection,
      channel: CHANNEL,
    });
  });

  it('another platform, or another team: the same', async () => {
    for (const [title, other] of [
      ['to Slack', 'slack/T1'],
      ['to nowhere', 'teams/another'],
    ] as const) {
      expect(await openedIn(title, { connection: other, channel: 'C1' })).toEqual({
        connection,
        channel: CHANNEL,
      });
    }
  });

  it('a conversation that Kept has never heard from: the same', async () => {
    const channel = '19:never@thread.tacv2';
    expect(await openedIn('to the unknown', { connection, channel })).toEqual({
      connection,
      channel: CHANNEL,
    });
  });

  it('one that they are in is theirs to choose', async () => {
    expect(await openedIn('to the other channel', { connection, channel: CHANNEL_2 })).toEqual({
      connection,
      channel: CHANNEL_2,
    });
  });
});
