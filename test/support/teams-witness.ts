import { META_VERSION } from '../../adapters/teams/meta.ts';
import { NonBlank, type PromiseId } from '../../src/domain/ids.ts';
import { buttonsIn, inputsIn } from './fake-teams-cards.ts';
import type { Heard } from './fake-teams-sender.ts';
import { CHANNEL, cardOf, type FakePost, isRecord, PEOPLE, TENANT_1 } from './fake-teams-world.ts';
import { eventually } from './running-kept.ts';
import type { TeamsEars } from './teams-ears.ts';

/** Ada, in her own chat with Kept. */
export const ada = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: null };
/** Ada, in the team's channel. */
export const adaInChannel = { ...ada, conversation: CHANNEL };
export const nothing = { caseId: null, promiseId: null, askId: null };

type Whose = { tenant: string; person: string; conversation: string | null; root?: string };

/** What people of a fake Teams see of Kept, and what a test does in their place. */
export function teamsWitness(on: TeamsEars) {
  const shown = (what: unknown) => JSON.stringify(what);
  const chatOf = ({ tenant, person }: Whose) => on.fake.chat(tenant, person);
  const postsFor = (whose: Whose): FakePost[] =>
    whose.conversation === null ? chatOf(whose) : on.fake.posts(whose.tenant, whose.conversation);
  /** The latest post of Kept's in a conversation whose card says `words`. */
  const said = (whose: Whose, words: string) =>
    eventually(
      async () => postsFor(whose).findLast(({ activity }) => shown(activity).includes(words)),
      4_000,
    );
  /** All that was accepted is carried out, and nothing of it failed. */
  const allDone = () =>
    eventually(async () => {
      const owed = (await on.rows()).filter(({ doneAt }) => doneAt === null);
      const errors = owed.flatMap(({ error }) => error ?? []);
      if (errors.length > 0) throw new Error(errors.join('; '));
      return owed.length === 0;
    }, 5_000);

  return {
    shown,
    said,
    allDone,
    postsFor,
    /** A case's card in its channel, once it is sent. */
    cardIn: async (words: string, whose: Whose = adaInChannel) => {
      await on.deliver();
      return eventually(async () =>
        postsFor(whose).findLast(({ id, root, activity }) => root === id && shown(activity).includes(words)),
      );
    },
    /** Says something, and gives Kept's post that comes of it. */
    ask: async (whose: Whose, text: string) => {
      const before = postsFor(whose).length;
      const sent = on.fake.message({ ...whose, text, mention: whose.conversation !== null });
      const heard = await sent;
      if (heard.status !== 200) throw new Error(`${heard.status} ${heard.body}`);
      return eventually(async () => (postsFor(whose).length > before ? postsFor(whose).at(-1) : null), 4_000);
    },
    /** From now on, what the conversation is asked. */
    heardSaid: async () => {
      const from = on.intents.length;
      return () => on.intents.slice(from);
    },
    /** The card in an answer. */
    answered: (heard: Heard): Record<string, unknown> => {
      const value = heard.json?.['value'];
      if (!isRecord(value)) throw new Error(`${heard.status} and no card: ${heard.body}`);
      return value;
    },
    /** The card of a dialog. */
    dialog: (heard: Heard): Record<string, unknown> => {
      const task = heard.json?.['task'];
      const value = isRecord(task) && isRecord(task['value']) ? task['value'] : null;
      const card = value !== null && isRecord(value['card']) ? value['card']['content'] : null;
      if (!isRecord(card)) throw new Error(`${heard.status} and no dialog: ${heard.body}`);
      return card;
    },
    /** What a button of a card carries, with what stands in its inputs and what is typed over it, by their ids. */
    dataOf: (card: unknown, title: string, typing: Record<string, string> = {}) => {
      const button = buttonsIn(card).find((one) => String(one['title']).startsWith(title));
      const data = button?.['data'];
      if (!isRecord(data)) throw new Error(`There is no button ${title}`);
      const inputs = inputsIn(card).flatMap(({ id, value }) =>
        typeof value === 'string' ? [[id, value]] : [],
      );
      return { ...Object.fromEntries(inputs), ...typing, ...data };
    },
    cardOf: (post: FakePost) => cardOf(post.activity) ?? {},
    /** What a button of this version carries. */
    kept: (press: object) => ({ kept: { v: META_VERSION, ...press } }),
    /** The case that Ada opens in a channel, or in her own chat. */
    openCase: async (text: string, whose: Whose = adaInChannel) => {
      const before = postsFor(whose).length;
      await on.fake.message({ ...whose, text, mention: whose.conversation !== null });
      const post = await eventually(async () =>
        postsFor(whose).length > before ? postsFor(whose).at(-1) : null,
      );
      if (whose.conversation !== null) {
        await on.fake.press({ ...whose, on: post.id, button: 'Open it' });
      }
      const sent = await on.fake.press({
        ...whose,
        on: post.id,
        button: 'Open',
        typing: { stakes: 'Their board' },
      });
      if (!sent.body.includes('Saved')) throw new Error(sent.body);
      await allDone();
      const row = (await on.cases()).toSorted((a, b) => b.file.case.number - a.file.case.number)[0];
      if (row === undefined) throw new Error('No case was opened');
      return row.file.case;
    },
    /** The terms of a promise by somebody of the team. */
    terms: (name: string, followUpAt: number, id: PromiseId) => {
      const memberId = on.memberOf(name).id;
      return {
        id,
        ownerId: memberId,
        action: NonBlank.parse('Look into it'),
        contactBy: memberId,
        contactTo: '',
        followUpAt,
      };
    },
    /** Ends a test: what it broke is mended, and what it owes is forgotten. */
    tidy: async () => {
      on.fake.heal();
      on.faults.hear = null;
      try {
        await allDone();
      } finally {
        await on.forgetOwed();
      }
    },
  };
}

export type TeamsWitness = ReturnType<typeof teamsWitness>;
