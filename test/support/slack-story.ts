import { handClock } from './hand-clock.ts';
import type { SlackEyes } from './local-slack-client.ts';
import type { Modal, Submitted } from './local-slack-modal.ts';
import { runningSlack } from './local-slack-running.ts';
import type { Message } from './local-slack-shapes.ts';
import { type Channel, type Person, SLACK_URL } from './local-slack-team.ts';
import { labelsOf, wordsOf } from './local-slack-words.ts';
import { eventually, runningKept } from './running-kept.ts';
import { limitFaults } from './slack-limits.ts';

/** A Monday morning: everybody of the team is at work. */
const MONDAY = '2026-11-23T10:00:00Z';

/**
 * Kept, installed by a token in a Slack of its own, with a clock that runs and can be turned forward: what was put
 * off for a second, because the clock was turned while it was being sent, goes out a second later.
 */
export async function slackWithKept(mode: 'events' | 'socket') {
  const slack = await runningSlack(mode, (seen) => limitFaults(seen, { links: [SLACK_URL] }));
  const clock = handClock(MONDAY);
  const begun = performance.now();
  const now = () => clock.now() + Math.round(performance.now() - begun);
  try {
    const engine = { databaseUrl: null, redisUrl: null };
    const kept = await runningKept(engine, now, { slack: slack.config });
    slack.wire.keptAt(`http://127.0.0.1:${kept.port}/slack/events`);
    await eventually(async () => slack.wire.isConnected());
    await untilInstalled(slack.client.as('Ada'));
    return {
      slack,
      clock,
      as: slack.client.as,
      stop: async () => {
        await kept.stop();
        await slack.stop();
      },
    };
  } catch (error) {
    await slack.stop();
    throw error;
  }
}

/** Slack with Kept in it. */
export type SlackWithKept = Awaited<ReturnType<typeof slackWithKept>>;

/** With a token from the environment a team is connected soon after the start. */
async function untilInstalled(who: SlackEyes): Promise<void> {
  await eventually(async () => {
    await who.openHome();
    return who.home();
  });
}

/** What Kept answers to `/care <said>`, for the asker’s eyes alone. */
export async function asked(
  who: SlackEyes,
  said: string,
  words: string,
  channel: Channel = 'care',
): Promise<Message> {
  const before = new Set(who.readEphemerals().map(({ ts }) => ts));
  await who.command(said, channel);
  return eventually(async () =>
    who.readEphemerals().find((message) => !before.has(message.ts) && wordsOf(message).includes(words)),
  );
}

/** Says who leads whom and what each may decide, as the first member does it after the install. */
export async function setAuthority(
  who: SlackEyes,
  of: Person,
  as: { lead?: Person; may?: string; money?: string; admin?: boolean },
): Promise<void> {
  const card = await asked(who, 'team', 'Team and settings', 'general');
  await who.press(card, 'Set authority');
  const form = await who.form('Set authority');
  await form.put({ 'Who?': of });
  await shows(form, 'Whom do they answer to?');
  if (as.lead !== undefined) await form.put({ 'Whom do they answer to?': as.lead });
  if (as.may !== undefined) await form.put({ 'What may they decide?': as.may });
  if (as.money !== undefined) {
    await shows(form, 'Up to how much?');
    await form.put({ 'Up to how much?': as.money });
  }
  if (as.admin === true) await form.put({ 'May they change the team and its settings?': 'Yes' });
  await sent(form);
}

/** Sends a form that should be taken as it is. */
export async function sent(form: Modal): Promise<void> {
  const submitted: Submitted = await form.submit();
  if (submitted.kind === 'errors') throw new Error(`Turned away: ${JSON.stringify(submitted.errors)}`);
  if (submitted.kind === 'view') await form.close();
}

/** Waits until a form has a field. */
export async function shows(form: Modal, label: string): Promise<void> {
  await eventually(async () => form.labels().some((one) => one.startsWith(label)));
}

/** A case of Acme’s, opened by Ada with `/care`; and what can be seen and done about it. */
export async function openedCase({ as, clock }: SlackWithKept, title: string) {
  const ada = as('Ada');
  await ada.command(`Acme ${title}`);
  const form = await ada.form('Open care case');
  await form.put({ title, stakes: `What ${title} means` });
  await sent(form);
  return caseTitled({ as, clock }, title);
}

/** The case of that title, once its card stands in a channel and its thread asks for a promise. */
export async function caseTitled(
  { as, clock }: Pick<SlackWithKept, 'as' | 'clock'>,
  title: string,
  channel = 'care',
) {
  const ada = as('Ada');
  const root = () => ada.readChannel(channel).findLast(isAbout(title)) ?? missing(`No card of ${title}`);
  await eventually(async () => root());
  const thread = () => ada.readThread(root());
  const withButton = (label: string) =>
    eventually(async () => thread().findLast((message) => labelsOf(message).includes(label)));
  const says = (words: string) =>
    eventually(async () => thread().findLast((message) => wordsOf(message).includes(words)));
  await withButton('Make a promise');

  /** A DM of Kept’s to somebody about this case, with those words. */
  const dm = (name: Person, words: string) =>
    eventually(async () =>
      (await as(name).readDm())
        .filter(isAbout(title))
        .findLast((message) => wordsOf(message).includes(words)),
    );

  return {
    root,
    thread,
    says,
    dm,
    withButton,
    /** Waits until the card in the channel says it. */
    card: (words: string) => eventually(async () => wordsOf(root()).includes(words)),
    /** Presses a button of the thread, the newest of that name, and gives the form that it opens. */
    pressed: async (name: Person, label: string): Promise<Modal> => {
      await as(name).press(await withButton(label), label);
      return as(name).form();
    },
    /** The same, with the form filled in and sent. */
    fill: async (name: Person, label: string, values: Record<string, string>) => {
      await as(name).press(await withButton(label), label);
      const form = await as(name).form();
      await form.put(values);
      return form.submit();
    },
    promise: async (name: Person, when: string) => {
      await as(name).press(await withButton('Make a promise'), 'Make a promise');
      const form = await as(name).form('Make a promise');
      await form.put({ owner: name, contactBy: name, action: `Work on ${title}`, followUp: when });
      await sent(form);
      await says('promised: ');
    },
    /** Turns the clock forward, and waits for words in the thread or in somebody’s DM. */
    after: async (ms: number, words: string, who?: Person) => {
      clock.forward(ms);
      return who === undefined ? says(words) : dm(who, words);
    },
  };
}

/** Whether a message’s words hold a title. */
export function isAbout(title: string) {
  return (message: Message) => wordsOf(message).includes(title);
}

function missing(words: string): never {
  throw new Error(words);
}
