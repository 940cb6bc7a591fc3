import { handClock } from './hand-clock.ts';
import { labelsOf } from './playground-cards.ts';
import type { Sight, Spot, TeamsEyes } from './playground-client.ts';
import type { CardForm, Outcome } from './playground-form.ts';
import { runningTeams } from './playground-running.ts';
import type { Person, Room } from './playground-team.ts';
import { eventually, runningKept } from './running-kept.ts';
import { teamsFaults } from './teams-limits.ts';

/** A Monday morning: everybody of the team is at work. */
const MONDAY = '2026-11-23T10:00:00Z';

/** What links into Teams begin with. */
const TEAMS_URL = 'https://teams.microsoft.com/l/';

/** Those who have Kept, and Teams open; the first has the rooms on their instance. */
const WHO = ['Ada', 'Sam', 'Leo', 'Mia'] as const satisfies readonly Person[];

/**
 * Kept in a Teams of its own, with a clock that runs and can be turned forward: what was put off for a second,
 * because the clock was turned while it was being sent, goes out a second later.
 */
export async function teamsWithKept() {
  const teams = await runningTeams(WHO, (card, host) => teamsFaults(card, { host, links: [TEAMS_URL] }));
  const clock = handClock(MONDAY);
  const begun = performance.now();
  const now = () => clock.now() + Math.round(performance.now() - begun);
  try {
    const engine = { databaseUrl: null, redisUrl: null };
    const local = { identity: { by: 'nobody' }, tenants: null, workspace: null } as const;
    const kept = await runningKept(engine, now, { teams: local });
    teams.wire.keptAt(`http://127.0.0.1:${kept.port}/api/messages`);
    const { as } = teams.client;
    await as('Ada').installs('care');
    for (const name of WHO) await as(name).installs();
    return {
      teams,
      clock,
      as,
      port: kept.port,
      stop: async () => {
        await kept.stop();
        await teams.stop();
      },
    };
  } catch (error) {
    await teams.stop();
    throw error;
  }
}

/** Teams with Kept in it. */
export type TeamsWithKept = Awaited<ReturnType<typeof teamsWithKept>>;

/** What Kept answers in somebody's own chat. */
export async function asked(
  who: TeamsEyes,
  said: string,
  words: string,
  say: (said: string) => Promise<unknown> = who.say,
): Promise<Sight> {
  const before = new Set(who.read().map(({ post }) => post.id));
  await say(said);
  return eventually(async () => {
    const since = who.read().filter(({ post }) => !before.has(post.id));
    return since.find((sight) => sight.words.includes(words)) ?? missing(`Not “${words}”: ${saidIn(since)}`);
  });
}

/** What Kept answers to a mention in a room, to the asker alone: they open what stands there for them. */
export async function askedIn(who: TeamsEyes, said: string, words: string, spot: Spot = { room: 'care' }) {
  const thread = await who.mention(said, spot);
  const veil = await eventually(async () => who.read({ thread }).at(-1));
  const [open = ''] = labelsOf(veil.card);
  await taken(who.press(veil, open));
  return eventually(async () => {
    const sight = who.look(veil);
    return sight.words.includes(words) ? sight : missing(`Not “${words}”: ${saidIn([sight])}`);
  });
}

/** Says who leads whom and what each may decide, as the first member does it after the install; in a room, or alone. */
export async function setAuthority(
  who: TeamsEyes,
  of: Person,
  as: { lead?: Person; may?: string; money?: string; admin?: boolean },
  room?: Room,
): Promise<void> {
  const [said, words] = ['team', 'Team and settings'];
  const card = await (room === undefined ? asked(who, said, words) : askedIn(who, said, words, { room }));
  const form = await pressed(who, card, 'Set authority');
  form.put({ 'Who?': of });
  await taken(form.check());
  if (as.lead !== undefined) form.put({ 'Whom do they answer to?': as.lead });
  if (as.may !== undefined) form.put({ 'What may they decide?': as.may });
  if (as.money !== undefined) {
    await taken(form.check());
    form.put({ 'Up to how much?': as.money });
  }
  if (as.admin === true) form.put({ 'May they change the team and its settings?': 'Yes' });
  await sent(form);
}

/** Presses a button that shows another card in its place, and gives that one. */
export async function pressed(who: TeamsEyes, sight: Pick<Sight, 'post'>, label: string): Promise<CardForm> {
  await taken(who.press(sight, label));
  return who.on(sight);
}

/** Sends a form that should be taken as it is. */
export async function sent(form: CardForm): Promise<Outcome> {
  const outcome = await taken(form.submit());
  if (outcome.kind === 'card' && form.isOpen()) {
    throw new Error(`Turned away: ${form.words()}`);
  }
  return outcome;
}

/** What came of it, unless it was turned away. */
export async function taken(press: Promise<Outcome>): Promise<Outcome> {
  const outcome = await press;
  if (outcome.kind === 'error' || outcome.kind === 'unfilled') {
    throw new Error(`Turned away: ${JSON.stringify(outcome)}`);
  }
  return outcome;
}

/** The form that a case is opened with, as somebody gets it who mentions Kept. */
export async function openForm(
  who: TeamsEyes,
  said: string,
  spot: Spot = { room: 'care' },
): Promise<CardForm> {
  const sight = await askedIn(who, said, 'Open care case', spot);
  return who.on(sight);
}

/** A case of Acme's, opened by Ada; and what can be seen and done about it. */
export async function openedCase(whole: TeamsWithKept, title: string) {
  const form = await openForm(whole.as('Ada'), `care Acme ${title}`);
  form.put({ title, stakes: `What ${title} means` });
  await sent(form);
  return caseTitled(whole, title);
}

/** The case of that title, once its card stands in a room and its thread asks for a promise. */
export async function caseTitled({ as, clock }: TeamsWithKept, title: string, room: Room = 'care') {
  const ada = as('Ada');
  const root = () =>
    ada.read({ room }).findLast((sight) => isRoot(sight) && sight.words.includes(title)) ??
    missing(`No card of ${title}`);
  await eventually(async () => root());
  const spot = { thread: root().post.conversation };
  const thread = (who: TeamsEyes = ada) => who.read(spot).filter((sight) => !isRoot(sight));
  const withButton = (label: string, who: TeamsEyes = ada) =>
    eventually(async () => thread(who).findLast(({ card }) => labelsOf(card).includes(label)));
  const says = (words: string) =>
    eventually(
      async () =>
        thread().findLast((sight) => sight.words.includes(words)) ??
        missing(`Not “${words}”: ${saidIn(thread())}`),
    );
  await withButton('Make a promise');

  /** A post in somebody's chat about this case, with those words. */
  const dm = (name: Person, words: string) =>
    eventually(async () =>
      as(name)
        .read()
        .findLast((sight) => sight.words.includes(title) && sight.words.includes(words)),
    );
  /** Presses a button of the thread, the newest of that name, and gives the form that it opens. */
  const open = async (name: Person, label: string): Promise<CardForm> =>
    pressed(as(name), await withButton(label, as(name)), label);

  return {
    root,
    spot,
    thread,
    says,
    dm,
    withButton,
    pressed: open,
    /** Waits until the card in the room says it. */
    card: (words: string) => eventually(async () => root().words.includes(words)),
    /** The same as `pressed`, with the form filled in and sent. */
    fill: async (name: Person, label: string, values: Record<string, string>) => {
      const form = await open(name, label);
      form.put(values);
      return form.submit();
    },
    promise: async (name: Person, when: string) => {
      const form = await open(name, 'Make a promise');
      form.put({ owner: name, contactBy: name, action: `Work on ${title}`, followUp: when });
      await sent(form);
      await says('promised: ');
    },
    /** Turns the clock forward, and waits for words in the thread or in somebody's chat. */
    after: async (ms: number, words: string, who?: Person) => {
      await settled();
      clock.forward(ms);
      return who === undefined ? says(words) : dm(who, words);
    },
  };
}

/** What is being posted is noted as posted: while the clock is turned meanwhile, it would seem to hang. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 250));
}

/** Whether it begins a thread, rather than hanging in one. */
export function isRoot({ post }: Sight): boolean {
  return post.conversation.endsWith(`;messageid=${post.id}`);
}

function saidIn(sights: readonly Sight[]): string {
  return sights.map(({ words }) => words.slice(0, 300)).join(' | ');
}

function missing(words: string): never {
  throw new Error(words);
}
