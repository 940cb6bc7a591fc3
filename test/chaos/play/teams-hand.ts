import { z } from 'zod';
import { memberValue } from '../../../adapters/teams/form-values.ts';
import { hearingWords } from '../../../adapters/teams/hearing-words.ts';
import { Pressed as PressedData } from '../../../adapters/teams/meta.ts';
import { MemberId } from '../../../src/domain/ids.ts';
import type { FakeTeams } from '../../support/fake-teams.ts';
import { inputsIn, nodesIn, withTyped } from '../../support/fake-teams-cards.ts';
import { CHANNEL, cardOf, type FakePost, isRecord, personalOf } from '../../support/fake-teams-world.ts';
import { type Answer, type Button, type Hand, type Pressed, type Sheet, within } from './hand.ts';
import type { Name, Tenant } from './setting.ts';

/** Teams waits for an invoke's answer for so long. */
const TEAMS_WAITS_MS = 10_000;
/** Kept has it, and tells what comes of it in the conversation. */
const STILL_AT_IT = [hearingWords.slow, hearingWords.tryingAgain, hearingWords.twice];
const PEOPLE_FIELDS = new Set(['owner', 'to', 'contactBy']);

type Parts = { fake: FakeTeams; tenant: Tenant; web: () => string | null };
type Heard = Awaited<ReturnType<FakeTeams['press']>>;

/** The people of a Teams tenant, in its channel and in their chats with Kept. */
export function teamsHand({ fake, tenant, web }: Parts): Hand {
  const id = tenant.externalId;
  const whose = (who: Name, conversation: string) => ({
    tenant: id,
    person: tenant.people[who],
    conversation: conversation === CHANNEL ? CHANNEL : null,
  });
  const seen = new Map<FakePost, { edits: number; buttons: Button[] }>();

  async function reach(send: () => Promise<Heard>): Promise<{ heard: Heard; at: number } | null> {
    const url = web();
    if (url === null) return null;
    fake.keptAt(url);
    const heard = await within(TEAMS_WAITS_MS, send());
    return heard === null || heard.status !== 200 ? null : { heard, at: Date.now() };
  }

  function buttonsOf(post: FakePost): Button[] {
    const known = seen.get(post);
    if (known?.edits === post.edits) return known.buttons;
    const buttons = nodesIn(cardOf(post.activity)).flatMap((node, index): Button[] => {
      const pressed = pressedIn(node);
      return pressed?.do !== 'act'
        ? []
        : [
            {
              action: pressed.action,
              subject: pressed.subject,
              spot: { post: post.id, conversation: post.conversation, index },
              label: String(node['title']),
            },
          ];
    });
    seen.set(post, { edits: post.edits, buttons });
    return buttons;
  }

  const postsFor = (who: Name) => [
    ...fake.posts(id, CHANNEL),
    ...fake.posts(id, personalOf(tenant.people[who])),
  ];

  /** What a form's answer says: that it was saved, or the form again, or something else in its place. */
  function answerOf(got: { heard: Heard; at: number } | null): Answer {
    if (got === null) return { outcome: 'unknown', ackedAt: null };
    const isSaved = got.heard.body.includes(hearingWords.saved);
    const { body } = got.heard;
    const isTaken = body === '' || body === '{}' || STILL_AT_IT.some((words) => body.includes(words));
    return { outcome: isSaved ? 'done' : isTaken ? 'taken in' : 'rejected', ackedAt: got.at };
  }

  function typed(values: Record<string, string>, card: unknown): Record<string, string> {
    const inputs = inputsIn(card).map((input) => String(input['id']));
    return Object.fromEntries(
      Object.entries(values).flatMap(([name, value]): [string, string][] => {
        if (name === 'customer') return [['new.customer', value.replace(/^new:/u, '')]];
        if (!inputs.includes(`f.${name}`)) return [];
        return [[`f.${name}`, personIn(name, value) ?? value]];
      }),
    );
  }

  /** A form, as it stands on a card; `send` gives it to Kept with what was typed. */
  function sheetOf(
    card: unknown,
    send: (data: Record<string, unknown>) => Promise<{ heard: Heard; at: number } | null>,
  ): Sheet | null {
    const submit = nodesIn(card).find((node) => pressedIn(node)?.do === 'submit');
    const pressed = submit === undefined ? null : pressedIn(submit);
    const data = submit?.['data'];
    if (pressed?.do !== 'submit' || !isRecord(data)) return null;
    const submitWith = async (values: Record<string, string>, isAgain = false): Promise<Answer> => {
      const got = await send({ ...withTyped(card, typed(values, card)), ...data });
      const answer = answerOf(got);
      const again = got === null || isAgain || answer.outcome !== 'rejected' ? null : shownIn(got.heard);
      // What stands against it is said once; sent again, it is meant so.
      const warned = again === null ? null : nodesIn(again).find((node) => pressedIn(node)?.do === 'submit');
      const meta = warned === undefined || warned === null ? null : pressedIn(warned);
      return meta?.do === 'submit' && meta.meta.warned !== '' && again !== null
        ? ((await sheetOf(again, send)?.submit(values)) ?? answer)
        : answer;
    };
    const fields = inputsIn(card).map((input) => String(input['id']).replace(/^f\./u, ''));
    return { form: pressed.meta.form, fields, submit: (values) => submitWith(values) };
  }

  return {
    tenant,
    buttons: async (who) => postsFor(who).flatMap(buttonsOf),
    press: async (who, button, how = {}): Promise<Pressed> => {
      const { post: on, conversation, index } = button.spot;
      const post = postsFor(who).find((one) => one.id === on);
      const node = nodesIn(cardOf(post?.activity ?? {}))[index];
      const press = () =>
        fake.press({ ...whose(who, conversation), on, data: node?.['data'] }, { authorization: null });
      const got = await reach(press);
      if (how.twice === true) await reach(press);
      if (got === null) return { kind: 'answer', outcome: 'unknown', ackedAt: null };
      const sheet = sheetOf(shownIn(got.heard), (data) =>
        reach(() => fake.press({ ...whose(who, conversation), on, data }, { authorization: null })),
      );
      return sheet === null
        ? { kind: 'answer', outcome: 'taken in', ackedAt: got.at }
        : { kind: 'sheet', sheet, ackedAt: got.at };
    },
    open: async (who, words) => {
      const message = {
        id: fake.nextId(),
        text: words,
        author: { personId: tenant.people[who], name: who },
      };
      const got = await reach(() =>
        fake.extensionFetch({ ...whose(who, CHANNEL), message }, { authorization: null }),
      );
      return got === null
        ? null
        : sheetOf(shownIn(got.heard), (data) =>
            reach(() =>
              fake.extensionSubmit({ ...whose(who, CHANNEL), data, message }, { authorization: null }),
            ),
          );
    },
    say: async (who, caseId, words) => {
      const root = fake
        .posts(id, CHANNEL)
        .find((post) => post.root === post.id && JSON.stringify(post.activity).includes(caseId));
      if (root === undefined) return null;
      const text = `@Kept ${words}`;
      const got = await reach(() =>
        fake.message(
          { ...whose(who, CHANNEL), root: root.id, text, mention: false },
          { authorization: null },
        ),
      );
      return got === null ? { outcome: 'unknown', ackedAt: null } : { outcome: 'taken in', ackedAt: got.at };
    },
  };
}

/** A person, as a form has them; null where the field holds something else, as `to` does of a move. */
function personIn(field: string, value: string): string | null {
  const member = PEOPLE_FIELDS.has(field) ? MemberId.safeParse(value) : null;
  return member?.success === true ? memberValue(member.data) : null;
}

const Data = z.looseObject({ kept: PressedData });

function pressedIn(node: Record<string, unknown>): PressedData | null {
  const read = Data.safeParse(node['data']);
  return read.success ? read.data.kept : null;
}

/** The card in the answer to a press, or in a dialog. */
function shownIn({ json }: Heard): unknown {
  const task = json?.['task'];
  if (isRecord(task) && isRecord(task['value']) && isRecord(task['value']['card'])) {
    return task['value']['card']['content'];
  }
  return json?.['value'] ?? null;
}
