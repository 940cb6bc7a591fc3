import { z } from 'zod';
import { hearingWords } from '../../../adapters/slack/hearing-words.ts';
import { Pressed as PressedValue, ViewMeta } from '../../../adapters/slack/meta.ts';
import type { FakeSlack } from '../../support/fake-slack.ts';
import type { FakeMessage, FakeView } from '../../support/fake-slack-world.ts';
import {
  type Answer,
  type Button,
  type Hand,
  PLATFORM_WAITS_MS,
  type Pressed,
  type Sheet,
  until,
  within,
} from './hand.ts';
import type { Name, Tenant } from './setting.ts';

const CHANNEL = 'C1';
const SEES_FORM_MS = 6_000;
const LATER_MS = 90_000;

type Parts = {
  fake: FakeSlack;
  tenant: Tenant;
  /** A web process that Slack's load balancer knows to be up; null: none is. */
  web: () => string | null;
};

/** The people of a Slack team, in its channel and in their direct messages with Kept. */
export function slackHand({ fake, tenant, web }: Parts): Hand {
  const team = tenant.externalId;
  const seen = new Map<FakeMessage, { edits: number; buttons: Button[] }>();

  /** Sends to one of the webs, as Slack does: what doesn't answer in time has failed. */
  async function reach<Heard>(send: () => Promise<Heard>): Promise<{ heard: Heard; at: number } | null> {
    const url = web();
    if (url === null) return null;
    fake.keptAt(url);
    const heard = await within(PLATFORM_WAITS_MS, send());
    return heard === null ? null : { heard, at: Date.now() };
  }

  function buttonsOf(message: FakeMessage): Button[] {
    const known = seen.get(message);
    if (known?.edits === message.edits) return known.buttons;
    const buttons: Button[] = [];
    for (const [index, { action_id, value, label }] of elementsIn(message.blocks).entries()) {
      const pressed = PressedValue.safeParse(parsed(value));
      if (pressed.success && pressed.data.do === 'act') {
        const { action, subject } = pressed.data;
        buttons.push({
          action,
          subject,
          spot: { post: message.ts, conversation: message.channel, index },
          label: action_id ?? label,
        });
      }
    }
    seen.set(message, { edits: message.edits, buttons });
    return buttons;
  }

  const metaOf = (view: FakeView) => ViewMeta.safeParse(parsed(view.view['private_metadata'])).data ?? null;

  /** The form that opens for somebody; what they had open before doesn't count. */
  async function formFor(who: Name, known: ReadonlySet<string>): Promise<FakeView | null> {
    return until(SEES_FORM_MS, () => {
      const view = fake.view(team, tenant.people[who]);
      return view !== undefined && !known.has(view.id) && metaOf(view)?.kind === 'form' ? view : null;
    });
  }

  const viewsOf = (who: Name) =>
    new Set(
      fake.views
        .filter(({ user, team: its }) => its === team && user === tenant.people[who])
        .map(({ id }) => id),
    );

  function sheetOf(who: Name, view: FakeView): Sheet {
    const user = tenant.people[who];
    const meta = metaOf(view);
    const names = () => Object.keys(view.state).flatMap((block) => /^field\/([^/]+)/u.exec(block)?.[1] ?? []);
    const send = async (values: Record<string, string>, isAgain = false): Promise<Answer> => {
      const here = new Set(names());
      const typing = Object.fromEntries(
        Object.entries(values)
          .filter(([name]) => here.has(name))
          .map(([name, value]) => [name === 'customer' ? 'suggest/customer' : `field/${name}`, value]),
      );
      // What was sent before may have been answered after it was given up: then that stands there.
      if (metaOf(view)?.kind !== 'form') return later(view, Date.now());
      view.open = true;
      const got = await reach(() => fake.viewSubmit({ team, user, view: view.id, typing }));
      if (got === null || got.heard.status !== 200) return { outcome: 'unknown', ackedAt: null };
      const ackedAt = got.at;
      const { json } = got.heard;
      const action = json?.['response_action'];
      if (action === undefined || action === 'clear') return { outcome: 'done', ackedAt };
      if (action === 'errors') return { outcome: 'rejected', ackedAt };
      const shown = metaOf(view);
      if (shown?.kind === 'form' && !isAgain) return send(values, true);
      // Another process has it: what comes of it shows at the case.
      if (JSON.stringify(view.view).includes(hearingWords.takenTwice))
        return { outcome: 'taken in', ackedAt };
      if (shown?.kind !== 'wait') return { outcome: 'rejected', ackedAt };
      return { outcome: 'taken in', ackedAt, later: later(view, ackedAt) };
    };
    return {
      form: meta?.kind === 'form' ? meta.form : '',
      fields: names(),
      submit: (values) => send(values),
    };
  }

  /** What stands in the place of *being saved*, once it does. */
  async function later(view: FakeView, ackedAt: number): Promise<Answer> {
    const shown = await until(LATER_MS, () => (metaOf(view)?.kind === 'wait' ? null : view), 250);
    if (shown === null) return { outcome: 'taken in', ackedAt };
    const isSaved = JSON.stringify(shown.view).includes(hearingWords.saved);
    return { outcome: isSaved ? 'done' : 'rejected', ackedAt: isSaved ? Date.now() : ackedAt };
  }

  return {
    tenant,
    buttons: async (who) => {
      const direct = `D${tenant.people[who]}`;
      return fake
        .team(team)
        .messages.filter(
          ({ channel, botId }) => botId !== null && (channel === CHANNEL || channel === direct),
        )
        .flatMap(buttonsOf);
    },
    press: async (who, button, how = {}): Promise<Pressed> => {
      const user = tenant.people[who];
      const known = viewsOf(who);
      const { post: ts, conversation: channel } = button.spot;
      const triggerId = fake.trigger(team, user);
      const press = () => fake.press({ team, user, channel, ts, button: button.label, triggerId });
      const got = await reach(press);
      if (how.twice === true) await reach(press);
      if (got === null || got.heard.status !== 200) {
        return { kind: 'answer', outcome: 'unknown', ackedAt: null };
      }
      if (['take', 'not mine', 'on it', 'reopen'].includes(button.action)) {
        return { kind: 'answer', outcome: 'taken in', ackedAt: got.at };
      }
      const view = await formFor(who, known);
      return view === null
        ? { kind: 'answer', outcome: 'taken in', ackedAt: got.at }
        : { kind: 'sheet', sheet: sheetOf(who, view), ackedAt: got.at };
    },
    open: async (who, words) => {
      const known = viewsOf(who);
      const user = tenant.people[who];
      const got = await reach(() => fake.command({ team, user, channel: CHANNEL, text: words }));
      if (got === null || got.heard.status !== 200) return null;
      const view = await formFor(who, known);
      return view === null ? null : sheetOf(who, view);
    },
    say: async (who, caseId, words) => {
      const root = fake
        .messages(team, CHANNEL)
        .find(({ metadata }) => JSON.stringify(metadata ?? null).includes(`"${caseId}/card"`));
      if (root === undefined) return null;
      const user = tenant.people[who];
      const { ts } = fake.say({ team, channel: CHANNEL, user, text: words, threadTs: root.ts });
      const event = {
        type: 'message',
        channel: CHANNEL,
        channel_type: 'channel',
        user,
        text: words,
        ts,
        thread_ts: root.ts,
        event_ts: ts,
      };
      const eventId = `Ev${ts}`;
      // Slack tries again: at once, and then with growing waits.
      for (const [retryNum, waitMs] of [0, 1_000, 5_000, 15_000].entries()) {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        const again = retryNum === 0 ? {} : { retryNum };
        const got = await reach(() => fake.event({ team, event, eventId, ...again }));
        if (got?.heard.status === 200) return { outcome: 'taken in', ackedAt: got.at };
      }
      return { outcome: 'unknown', ackedAt: null };
    },
  };
}

const Element = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  value: z.string().optional(),
  text: z.looseObject({ text: z.string() }).optional(),
});

function elementsIn(
  blocks: unknown,
): { action_id: string | undefined; value: string | undefined; label: string }[] {
  if (Array.isArray(blocks)) return blocks.flatMap(elementsIn);
  if (typeof blocks !== 'object' || blocks === null) return [];
  const one = Element.safeParse(blocks);
  if (one.success && one.data.type === 'button') {
    const { action_id, value, text } = one.data;
    return [{ action_id, value, label: text?.text ?? '' }];
  }
  return Object.values(blocks).flatMap(elementsIn);
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
