import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addView, blocksOf, drawInto, elementsOf, stackOf } from './fake-slack-views.ts';
import {
  type FakeTeam,
  type FakeView,
  type FakeWorld,
  giveResponseUrl,
  giveTrigger,
  viewOutput,
} from './fake-slack-world.ts';

/** How a request is signed: `at` in epoch ms, `signature` instead of the right one, `secret` of another app. */
export type Signing = { at?: number; signature?: string; secret?: string; headers?: Record<string, string> };

/** What Kept answered, and after how long. `json` is null when the body is none. */
export type Heard = { status: number; body: string; json: Record<string, unknown> | null; ms: number };

type Whose = { team: string; user: string };
/** A button by its words or its action_id. */
type Press = Whose & { button: string };
/** What is typed into a field, by its action_id or block_id or the beginning of one; or a whole state value. */
export type Typing = Record<string, string | Record<string, unknown>>;

const Json = z.record(z.string(), z.unknown());
const Words = z.object({ text: z.string() });
const Options = z.array(z.looseObject({ value: z.string() }));

/** The other direction: signed requests to Kept, as Slack sends them. `to` is where Kept listens. */
export function createSender(world: FakeWorld, signingSecret: string, to: () => string) {
  async function post(contentType: string, body: string, signing: Signing = {}): Promise<Heard> {
    const at = String(Math.floor((signing.at ?? world.now()) / 1000));
    const mac = createHmac('sha256', signing.secret ?? signingSecret)
      .update(`v0:${at}:${body}`)
      .digest('hex');
    const begun = performance.now();
    const response = await fetch(`${to()}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': at,
        'x-slack-signature': signing.signature ?? `v0=${mac}`,
        ...signing.headers,
      },
      body,
    });
    const text = await response.text();
    const ms = performance.now() - begun;
    return { status: response.status, body: text, json: objectOf(text), ms };
  }

  const form = (fields: Record<string, string>, signing?: Signing) =>
    post('application/x-www-form-urlencoded', new URLSearchParams(fields).toString(), signing);
  const payload = (what: Record<string, unknown>, signing?: Signing) =>
    form({ payload: JSON.stringify(what) }, signing);

  function teamOf(id: string): FakeTeam {
    const team = world.teams.get(id);
    if (team === undefined) throw new Error(`There is no fake team ${id}`);
    return team;
  }

  function about({ team: id, user }: Whose) {
    const team = teamOf(id);
    const grid =
      team.enterpriseId === null
        ? {}
        : { enterprise: { id: team.enterpriseId, name: `Org ${team.enterpriseId}` } };
    return {
      token: 'verification',
      api_app_id: 'A1',
      team: { id, domain: team.domain },
      user: { id: user, name: nameOf(team, user), username: nameOf(team, user), team_id: homeOf(team, user) },
      is_enterprise_install: false,
      ...grid,
    };
  }

  const nameOf = (team: FakeTeam, user: string) => team.users.get(user)?.name ?? user.toLowerCase();
  const homeOf = (team: FakeTeam, user: string) => team.users.get(user)?.team_id ?? team.id;
  const channelOf = (team: FakeTeam, id: string) => ({
    id,
    name: team.channels.get(id)?.name ?? 'directmessage',
  });
  const seconds = () => String(world.now() / 1000);

  function topView({ team, user }: Whose, id: string | undefined): FakeView {
    const view =
      id === undefined ? stackOf(world, team, user).at(-1) : world.views.find((one) => one.id === id);
    if (view === undefined) throw new Error(`${user} of ${team} has no view open`);
    return view;
  }

  /** The element that a test means, with its block, found among blocks. */
  function find(blocks: unknown, name: string, usable: (type: string) => boolean) {
    const all = blocksOf(blocks).flatMap((block) =>
      elementsOf(block)
        .filter(({ type }) => usable(type))
        .map((element) => ({ block, element })),
    );
    const words = (element: Record<string, unknown>) => Words.safeParse(element['text']).data?.text ?? '';
    const found =
      all.find(({ element }) => words(element) === name || element.action_id === name) ??
      all.find(({ block }) => block.block_id === name) ??
      all.find(({ block, element }) =>
        [words(element), element.action_id, block.block_id].some((own) => own?.startsWith(name)),
      );
    if (found === undefined) throw new Error(`There is no “${name}” in ${JSON.stringify(blocks)}`);
    return found;
  }

  /** Types into the fields of a view that stands open. */
  function type(view: FakeView, typing: Typing): void {
    for (const [name, typed] of Object.entries(typing)) {
      const { block, element } = find(view.view['blocks'], name, (kind) => kind !== 'button');
      const { block_id: blockId } = block;
      const { action_id: actionId } = element;
      if (blockId === undefined || actionId === undefined) throw new Error(`“${name}” has no ids`);
      const value = typeof typed === 'string' ? valueOf(element, typed) : typed;
      view.state[blockId] = { ...view.state[blockId], [actionId]: value };
    }
  }

  function actionOf(blocks: unknown, name: string, more: Record<string, unknown>): Record<string, unknown> {
    const { block, element } = find(blocks, name, () => true);
    const { type: kind, action_id, text, value } = element;
    return { type: kind, action_id, block_id: block.block_id, text, value, action_ts: seconds(), ...more };
  }

  /** What Slack does with the answer to a submission: errors stay, an update is drawn, nothing closes it. */
  function follow(view: FakeView, heard: Heard): void {
    if (heard.status !== 200) return;
    const drawn = Json.safeParse(heard.json?.['view']).data;
    const action = heard.json?.['response_action'];
    if (action === 'errors') return;
    if (action === 'update' && drawn !== undefined) {
      drawInto(world, view, drawn);
    } else if (action === 'push' && drawn !== undefined) {
      addView(world, { team: view.team, user: view.user, type: 'modal', under: view }, drawn);
    } else if (action === 'clear') {
      for (const one of stackOf(world, view.team, view.user)) one.open = false;
    } else {
      view.open = false;
    }
  }

  return {
    /** Any body, signed. */
    raw: post,
    /** Any interactive payload, signed. */
    payload,
    /** `/care …`. */
    command(
      what: Whose & { channel: string; text: string; command?: string; triggerId?: string },
      signing?: Signing,
    ) {
      const team = teamOf(what.team);
      const fields = {
        token: 'verification',
        team_id: team.id,
        team_domain: team.domain,
        ...(team.enterpriseId === null ? {} : { enterprise_id: team.enterpriseId, enterprise_name: 'Org' }),
        is_enterprise_install: 'false',
        channel_id: what.channel,
        channel_name: channelOf(team, what.channel).name,
        user_id: what.user,
        user_name: nameOf(team, what.user),
        command: what.command ?? '/care',
        text: what.text,
        api_app_id: 'A1',
        response_url: giveResponseUrl(world, team.id, what.channel, what.user),
        trigger_id: what.triggerId ?? giveTrigger(world, team.id, what.user),
      };
      return form(fields, signing);
    },
    /** A press on a button of a message in a channel, or of an ephemeral one. `triggerId` sends the same press again. */
    press(
      what: Press & {
        channel: string;
        ts: string;
        ephemeral?: boolean;
        more?: Record<string, unknown>;
        triggerId?: string;
      },
      signing?: Signing,
    ) {
      const team = teamOf(what.team);
      const message = team.messages.find(({ channel, ts }) => channel === what.channel && ts === what.ts);
      const ephemeral = world.ephemerals.find(({ team: its, ts }) => its === what.team && ts === what.ts);
      const blocks = message?.blocks ?? ephemeral?.blocks;
      const threadTs = message?.threadTs ?? ephemeral?.threadTs ?? null;
      const thread = threadTs === null ? {} : { thread_ts: threadTs };
      return payload(
        {
          ...about(what),
          type: 'block_actions',
          container: {
            type: 'message',
            message_ts: what.ts,
            channel_id: what.channel,
            is_ephemeral: ephemeral !== undefined,
            ...thread,
          },
          channel: channelOf(team, what.channel),
          ...(message === undefined
            ? {}
            : {
                message: {
                  type: 'message',
                  user: message.user,
                  ts: what.ts,
                  text: message.text,
                  blocks,
                  ...thread,
                },
              }),
          state: { values: {} },
          response_url: giveResponseUrl(world, what.team, what.channel, what.user),
          trigger_id: what.triggerId ?? giveTrigger(world, what.team, what.user),
          actions: [actionOf(blocks, what.button, what.more ?? {})],
        },
        signing,
      );
    },
    /** A press, or a changed field, in a view: the top one of the person, or the one named (App Home too). */
    viewAction(
      what: Press & { view?: string; typing?: Typing; more?: Record<string, unknown>; triggerId?: string },
      signing?: Signing,
    ) {
      const view = topView(what, what.view);
      type(view, what.typing ?? {});
      const { block, element } = find(view.view['blocks'], what.button, () => true);
      const typed = Json.safeParse(view.state[block.block_id ?? '']?.[element.action_id ?? '']).data ?? {};
      const action = actionOf(view.view['blocks'], what.button, { ...typed, ...what.more });
      return payload(
        {
          ...about(what),
          type: 'block_actions',
          container: { type: 'view', view_id: view.id },
          view: viewOutput(world, view),
          response_url: '',
          trigger_id: what.triggerId ?? giveTrigger(world, what.team, what.user, view.id),
          actions: [action],
        },
        signing,
      );
    },
    /** Types, and submits the top view; its answer is carried out on the view as Slack does. */
    async viewSubmit(
      what: Whose & { view?: string; typing?: Typing; triggerId?: string },
      signing?: Signing,
    ) {
      const view = topView(what, what.view);
      type(view, what.typing ?? {});
      const heard = await payload(
        {
          ...about(what),
          type: 'view_submission',
          view: viewOutput(world, view),
          trigger_id: what.triggerId ?? giveTrigger(world, what.team, what.user, view.id),
          response_urls: [],
        },
        signing,
      );
      follow(view, heard);
      return heard;
    },
    /** Closes the top view by its cross. */
    viewClose(what: Whose & { view?: string }, signing?: Signing) {
      const view = topView(what, what.view);
      const shown = viewOutput(world, view);
      view.open = false;
      return payload({ ...about(what), type: 'view_closed', view: shown, is_cleared: false }, signing);
    },
    /** Typing in an external select of the top view. */
    suggest(what: Whose & { field: string; query: string; view?: string }, signing?: Signing) {
      const view = topView(what, what.view);
      const { block, element } = find(view.view['blocks'], what.field, (kind) => kind !== 'button');
      return payload(
        {
          ...about(what),
          type: 'block_suggestion',
          block_id: block.block_id,
          action_id: element.action_id,
          value: what.query,
          container: { type: 'view', view_id: view.id },
          view: viewOutput(world, view),
        },
        signing,
      );
    },
    /** A global shortcut, or with `message` one on that message. */
    shortcut(
      what: Whose & {
        callbackId: string;
        message?: { channel: string; ts: string; user?: string; text: string; threadTs?: string };
        triggerId?: string;
      },
      signing?: Signing,
    ) {
      const common = {
        ...about(what),
        callback_id: what.callbackId,
        trigger_id: what.triggerId ?? giveTrigger(world, what.team, what.user),
        action_ts: seconds(),
      };
      if (what.message === undefined) {
        return payload({ ...common, type: 'shortcut' }, signing);
      }
      const { channel, ts, user, text, threadTs } = what.message;
      return payload(
        {
          ...common,
          type: 'message_action',
          message_ts: ts,
          response_url: giveResponseUrl(world, what.team, channel, what.user),
          channel: channelOf(teamOf(what.team), channel),
          message: {
            type: 'message',
            ts,
            text,
            ...(user ? { user } : {}),
            ...(threadTs ? { thread_ts: threadTs } : {}),
          },
        },
        signing,
      );
    },
    /** An event of the Events API. The same `eventId` with a `retryNum` is Slack's retry of it. */
    event(
      what: {
        team: string;
        event: Record<string, unknown>;
        eventId?: string;
        retryNum?: number;
        extShared?: boolean;
      },
      signing?: Signing,
    ) {
      const team = teamOf(what.team);
      const body = {
        token: 'verification',
        type: 'event_callback',
        team_id: team.id,
        ...(team.enterpriseId === null ? {} : { enterprise_id: team.enterpriseId }),
        api_app_id: 'A1',
        event: what.event,
        event_id: what.eventId ?? `Ev${randomUUID()}`,
        event_time: Math.floor(world.now() / 1000),
        is_ext_shared_channel: what.extShared ?? false,
        authorizations: [
          {
            enterprise_id: team.enterpriseId,
            team_id: team.id,
            user_id: team.botUserId,
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
      };
      const retry =
        what.retryNum === undefined
          ? {}
          : { 'x-slack-retry-num': String(what.retryNum), 'x-slack-retry-reason': 'http_timeout' };
      return post('application/json', JSON.stringify(body), {
        ...signing,
        headers: { ...retry, ...signing?.headers },
      });
    },
    /** Slack's check that the address is ours. */
    urlVerification(challenge: string, signing?: Signing) {
      return post(
        'application/json',
        JSON.stringify({ token: 'verification', challenge, type: 'url_verification' }),
        signing,
      );
    },
    type,
  };
}

/** The state value of an element into which `typed` was typed or picked. */
function valueOf(element: Record<string, unknown>, typed: string): Record<string, unknown> {
  const { type } = element;
  const option = () =>
    Options.safeParse(element['options']).data?.find(({ value }) => value === typed) ?? {
      text: { type: 'plain_text', text: typed },
      value: typed,
    };
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: typed === '' ? null : option() };
    case 'checkboxes':
      return { type, selected_options: typed === '' ? [] : [option()] };
    case 'users_select':
      return { type, selected_user: typed === '' ? null : typed };
    case 'conversations_select':
      return { type, selected_conversation: typed === '' ? null : typed };
    case 'channels_select':
      return { type, selected_channel: typed === '' ? null : typed };
    case 'datetimepicker':
      return { type, selected_date_time: typed === '' ? null : Number(typed) };
    default:
      return { type, value: typed === '' ? null : typed };
  }
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
