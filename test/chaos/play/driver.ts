import type { ActionId } from '../../../src/conversation/card.ts';
import type { CommandRecord } from '../checker/recording.ts';
import type { Random } from '../rig/random.ts';
import type { Answer, Button, Hand, Sheet } from './hand.ts';
import { NAMES, type Name } from './setting.ts';
import { filledIn } from './values.ts';

/** How people treat a case: answer most of it, some of it, or leave it alone so that all ladders are climbed. */
type Manner = { tends: number };

/** After so long a case is brought to its end: left alone for ever they would call for people without one. */
const SETTLED_AFTER_MS = 150_000;
/** Cases at first. */
const AT_ONCE = 3;
const TO_THE_END: Partial<Record<ActionId, number>> = { close: 40, keep: 10, withdraw: 10 };

const MANNERS: readonly (Manner & { weight: number })[] = [
  { tends: 0.9, weight: 5 },
  { tends: 0.4, weight: 3 },
  { tends: 0.05, weight: 2 },
];

/** How often each button is reached for. Those left out are none of the play's. */
const REACHES: Partial<Record<ActionId, number>> = {
  promise: 10,
  keep: 4,
  move: 3,
  'hand over': 2,
  withdraw: 1,
  take: 4,
  ask: 2,
  approve: 2,
  'approve within': 1,
  'another option': 1,
  decline: 2,
  'not mine': 1,
  close: 1,
  reopen: 1,
  'on it': 2,
};

const CUSTOMERS = ['Acme', 'Globex', 'Initech', 'Umbrella'];
const NOT_TYPED: ReadonlySet<ActionId> = new Set(['take', 'not mine', 'on it', 'reopen', 'hand over']);

export type DriverOptions = {
  hand: Hand;
  random: Random;
  /** Cases of the workspace that are opened, beside a few at once. */
  casesAMinute: number;
  /** Between two doings of the workspace's people, on average, in ms. */
  everyMs: number;
  record: (command: Omit<CommandRecord, 'id'>) => CommandRecord;
  log: (line: string) => void;
};

/** Plays the people of one workspace until then (Date.now): opens cases, and does at random what can be done. */
export async function drive(options: DriverOptions, untilMs: number): Promise<void> {
  const { hand, random, casesAMinute, everyMs, log } = options;
  const { tenant } = hand;
  const busy = new Set<Name>();
  const manners = new Map<string, Manner & { since: number }>();
  const under: Promise<unknown>[] = [];
  let opened = 0;
  const begunAt = Date.now();

  const mannerOf = (caseId: string) => {
    const known = manners.get(caseId) ?? { ...random.weighted(MANNERS), since: Date.now() };
    manners.set(caseId, known);
    return known;
  };

  function begin(
    who: Name,
    what: string,
    marker: string | null,
    values: Record<string, string>,
    button?: Button,
  ) {
    return options.record({
      what,
      connection: tenant.connection,
      workspaceId: tenant.workspaceId,
      memberId: tenant.members[who],
      caseId: button?.subject.caseId ?? null,
      promiseId: button?.subject.promiseId ?? null,
      askId: button?.subject.askId ?? null,
      marker,
      values,
      sentAt: Date.now(),
      ackedAt: null,
      tries: 1,
      outcome: 'unknown',
    });
  }

  function note(command: CommandRecord, answer: Answer): void {
    command.outcome = answer.outcome;
    command.ackedAt = answer.ackedAt;
    if (answer.later !== undefined) {
      under.push(noteLater(command, answer.later));
    }
  }

  async function noteLater(command: CommandRecord, later: Promise<Answer>): Promise<void> {
    note(command, await later);
  }

  /** Sends a form, sometimes twice; what failed is tried again, as people do. */
  async function send(who: Name, what: string, sheet: Sheet, button?: Button): Promise<void> {
    const command = begin(who, what, null, {}, button);
    command.marker = `${tenant.marker}-c${command.id}-`;
    command.values = filledIn(sheet, {
      what,
      marker: command.marker,
      tenant,
      who,
      random,
      customers: CUSTOMERS,
    });
    command.sentAt = Date.now();
    if (random.chance(0.1)) {
      command.tries = 2;
      const [first, second] = await Promise.all([sheet.submit(command.values), sheet.submit(command.values)]);
      note(command, better(first, second));
      return;
    }
    note(command, await sheet.submit(command.values));
    for (let again = 0; command.outcome === 'unknown' && again < 3 && random.chance(0.8); again += 1) {
      await pause(random.int(500, 4_000));
      command.tries += 1;
      note(command, await sheet.submit(command.values));
    }
  }

  async function openCase(who: Name): Promise<void> {
    opened += 1;
    const sheet = await hand.open(who, `${random.pick(CUSTOMERS)} export of ${tenant.marker} is down`);
    if (sheet === null) {
      opened -= 1;
      return;
    }
    await send(who, 'open', sheet);
  }

  async function pressOne(who: Name): Promise<void> {
    const found = (await hand.buttons(who)).filter(({ action, subject }) => {
      return REACHES[action] !== undefined && subject.caseId !== null;
    });
    const reaches = found.flatMap((one) => {
      const { tends, since } = mannerOf(one.subject.caseId ?? '');
      const isOld = Date.now() - since > SETTLED_AFTER_MS;
      const weight = (isOld ? TO_THE_END : REACHES)[one.action] ?? 0;
      return weight > 0 && random.chance(isOld ? 0.9 : tends) ? [{ ...one, weight }] : [];
    });
    if (reaches.length === 0) return;
    const button = random.weighted(reaches);
    const typed = !NOT_TYPED.has(button.action);
    const sign = begin(
      who,
      typed || button.action === 'hand over' ? `reach for ${button.action}` : button.action,
      null,
      {},
      button,
    );
    const pressed = await hand.press(who, button, { twice: random.chance(0.1) });
    sign.ackedAt = pressed.ackedAt;
    if (pressed.kind === 'answer') {
      note(sign, pressed);
      return;
    }
    sign.outcome = 'taken in';
    await pause(random.int(50, 600));
    await send(who, button.action, pressed.sheet, button);
  }

  async function speak(who: Name): Promise<void> {
    const known = [...manners.keys()];
    if (known.length === 0) return;
    const caseId = random.pick(known);
    if (!random.chance(mannerOf(caseId).tends)) return;
    const command = begin(who, 'say', null, {});
    command.caseId = caseId;
    const answer = await hand.say(who, caseId, `Looking into it for ${tenant.marker}.`);
    if (answer !== null) note(command, answer);
  }

  async function doOne(who: Name): Promise<void> {
    const isTime = opened < AT_ONCE + (casesAMinute * (Date.now() - begunAt)) / 60_000;
    if (isTime && random.chance(0.6)) await openCase(who);
    else if (random.chance(0.12)) await speak(who);
    else await pressOne(who);
  }

  while (Date.now() < untilMs) {
    await pause(random.int(Math.floor(everyMs / 2), Math.floor(everyMs * 1.5)));
    const free = NAMES.filter((name) => !busy.has(name));
    if (free.length === 0) continue;
    const who = random.pick(free);
    busy.add(who);
    under.push(
      doOne(who)
        .catch((error: unknown) =>
          log(`${tenant.connection}: ${error instanceof Error ? error.message.slice(0, 300) : 'failed'}`),
        )
        .finally(() => busy.delete(who)),
    );
  }
  await Promise.all(under);
}

/** What two sendings of the same came to: what was done was done. */
function better(one: Answer, other: Answer): Answer {
  const rank = ['done', 'taken in', 'rejected', 'unknown'];
  return rank.indexOf(one.outcome) <= rank.indexOf(other.outcome) ? one : other;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
