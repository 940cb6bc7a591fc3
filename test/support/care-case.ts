import type { Card } from '../../src/conversation/card.ts';
import { buttonIn, type ConsoleClient, wordsOf } from './console-client.ts';
import { eventually } from './running-kept.ts';

/** Opens a case of Acme's by Ada and makes a promise on it, through a client that may change at any time. */
export async function promisedCase(
  client: () => ConsoleClient,
  title: string,
  followUp: string,
): Promise<void> {
  const ada = await client().as('Ada');
  await ada.submit(await ada.openForm(`Acme ${title}`), { title, stakes: `What ${title} means` });
  const thread = await eventually(() => threadOf(client, title));
  const { subject } = await eventually(async () =>
    buttonIn((await ada.cards('care', thread)).toReversed(), 'promise'),
  );
  await ada.fill('promise', subject, { owner: ada.id, action: `Work on ${title}`, followUp });
}

/** The id of the message that a case's thread hangs from. */
export async function threadOf(client: () => ConsoleClient, title: string): Promise<string | null> {
  const ada = await client().as('Ada');
  const root = (await ada.read('care')).find(
    ({ body }) => body.kind === 'card' && wordsOf(body.card).includes(title),
  );
  return root?.id ?? null;
}

/** Everything that was said of a case: in its thread, and to each of the ladder. */
export async function saidOf(
  client: () => ConsoleClient,
  title: string,
): Promise<{ thread: Card[]; dms: Card[] }> {
  const ada = await client().as('Ada');
  const root = await eventually(() => threadOf(client, title));
  const dms: Card[] = [];
  for (const name of ['Leo', 'Mia', 'Dora']) {
    dms.push(...(await (await client().as(name)).dm()).filter((card) => wordsOf(card).includes(title)));
  }
  return { thread: await ada.cards('care', root), dms };
}

/** How many of these cards say these words. */
export function count(cards: readonly Card[], words: RegExp): number {
  return cards.filter((card) => words.test(wordsOf(card))).length;
}
