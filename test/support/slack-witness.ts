import { META_VERSION } from '../../adapters/slack/meta.ts';
import { eventually } from './running-kept.ts';
import type { SlackEars } from './slack-ears.ts';

export const ada = { team: 'T1', user: 'U1' };

/** What people of a fake Slack see of Kept, and what a test does in their place. */
export function slackWitness(on: SlackEars) {
  const shown = (what: unknown) => JSON.stringify(what);
  /** All that was accepted is carried out, and nothing of it failed. */
  const allDone = () =>
    eventually(async () => {
      const owed = (await on.rows()).filter(({ doneAt }) => doneAt === null);
      const errors = owed.flatMap(({ error }) => error ?? []);
      if (errors.length > 0) throw new Error(errors.join('; '));
      return owed.length === 0;
    }, 5_000);
  /** The modal that a person has before them, once it is of that kind. */
  const opened = (who = ada, kind = 'form') =>
    eventually(async () => {
      const view = on.fake.view(who.team, who.user);
      return view?.view['callback_id'] === kind ? view : null;
    });
  /** What a person was told for their eyes alone, the latest last. */
  const told = (user = 'U1', team = 'T1') => [
    ...on.fake.responses
      .filter((one) => one.user === user && one.team === team)
      .map(({ body }) => shown(body)),
    ...on.fake.ephemerals.filter((one) => one.user === user && one.team === team).map((one) => shown(one)),
    ...on.fake.directs(team, user).map((one) => shown(one)),
  ];

  return {
    shown,
    allDone,
    opened,
    told,
    toldOf: (words: string, user = 'U1', team = 'T1') =>
      eventually(async () => told(user, team).find((one) => one.includes(words))),
    /** A button's value of this version. */
    value: (press: object) => JSON.stringify({ v: META_VERSION, ...press }),
    /** A message of Kept's with a button *Press* that carries `value`. */
    buttonMessage: (value: string, team = 'T1') => {
      const message = on.fake.say({ team, channel: 'C1', user: 'UBOT', text: 'a message' });
      const text = { type: 'plain_text', text: 'Press' };
      const button = { type: 'button', action_id: 'act/0', text, value };
      message.blocks = [{ type: 'actions', block_id: 'b', elements: [button] }];
      return message;
    },
    /** The case that Ada opens by a command. */
    openCase: async (text: string, channel = 'C1') => {
      await on.fake.command({ ...ada, channel, text });
      await opened();
      await on.fake.viewSubmit({ ...ada, typing: { 'field/stakes': 'They lose their board' } });
      await allDone();
      const row = (await on.cases()).toSorted((a, b) => b.file.case.number - a.file.case.number)[0];
      if (row === undefined) throw new Error('No case was opened');
      return row.file.case;
    },
    /** Puts a case's card where it would have been posted. */
    post: async (caseId: string, channel = 'C1') => {
      const card = on.fake.say({ team: 'T1', channel, user: 'UBOT', text: 'the card' });
      await on.db
        .insertInto('kept.post')
        .values({
          workspace_id: on.workspaceId,
          key: `${caseId}/card`,
          case_id: caseId,
          connection: 'slack/T1',
          ref: `${channel}:${card.ts}`,
          audience: JSON.stringify({ kind: 'channel' }),
          say: JSON.stringify({ what: 'case card' }),
          tried: '[]',
        })
        .execute();
      return card;
    },
    /** Ends a test: what it broke is mended, what it owes is forgotten, and its modals are closed. */
    tidy: async () => {
      on.fake.heal();
      try {
        await allDone();
      } finally {
        await on.forgetOwed();
      }
      for (const view of on.fake.views) if (view.type === 'modal') view.open = false;
    },
  };
}

export type SlackWitness = ReturnType<typeof slackWitness>;
