import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { parseEvent } from './parse-event.ts';
import {
  BlockActions,
  BlockSuggestion,
  EventCallback,
  MessageAction,
  type SentView,
  Shortcut,
  SlashCommand,
  ViewClosed,
  ViewSubmission,
} from './payloads.ts';
import type { Parsed, TeamRef, Told, What } from './told.ts';

/** Slack's own payloads stay below 30. What is far deeper can't be written down, and isn't Slack's. */
const DEEPEST = 200;

/** Reads what Slack sent: a command, an interaction or an event. */
export function parse(body: unknown): Parsed {
  const shape = isDeeper(body, DEEPEST) ? `more than ${DEEPEST} levels` : shapeOf(body);
  switch (shape) {
    case 'command':
      return read(SlashCommand, body, (it) => ({
        key: it.trigger_id,
        team: {
          teamId: it.team_id ?? null,
          enterpriseId: it.enterprise_id ?? null,
          isEnterpriseInstall: it.is_enterprise_install,
        },
        by: 'person',
        userId: it.user_id,
        kind: 'command',
        text: it.text,
        channel: it.channel_id,
        triggerId: it.trigger_id,
        responseUrl: it.response_url,
      }));
    case 'event_callback': {
      const envelope = EventCallback.safeParse(body);
      return envelope.success ? parseEvent(envelope.data) : unreadable(body, shape, envelope.error);
    }
    case 'block_actions':
      return read(BlockActions, body, (it) => ({ ...whose(it), key: pressKey(it), ...actionOf(it) }));
    case 'block_suggestion':
      return read(BlockSuggestion, body, (it) => ({
        ...whose(it),
        key: '',
        kind: 'suggest',
        query: it.value,
      }));
    case 'shortcut':
      return read(Shortcut, body, (it) => ({
        ...whose(it),
        key: it.trigger_id,
        kind: 'global shortcut',
        callbackId: it.callback_id,
        triggerId: it.trigger_id,
      }));
    case 'message_action':
      return read(MessageAction, body, (it) => ({
        ...whose(it),
        key: it.trigger_id,
        kind: 'message shortcut',
        callbackId: it.callback_id,
        channel: it.channel.id,
        ts: it.message.ts,
        threadTs: it.message.thread_ts ?? null,
        author: { userId: it.message.user ?? null, name: it.message.username ?? null },
        text: it.message.text,
        triggerId: it.trigger_id,
        responseUrl: it.response_url,
      }));
    case 'view_submission':
      return read(ViewSubmission, body, (it) => ({
        ...whose(it),
        key: it.trigger_id ?? digest([it.view.id, it.view.hash, JSON.stringify(it.view.state)]),
        kind: 'submit',
        view: it.view,
        triggerId: it.trigger_id ?? null,
      }));
    case 'view_closed':
      return read(ViewClosed, body, (it) => ({ ...whose(it), key: '', kind: 'closed' }));
    default:
      return {
        ok: false,
        why: 'unreadable',
        reason: `nothing known: ${shape}`,
        responseUrl: responseUrlOf(body),
      };
  }
}

/** What kind of thing a body claims to be. */
function shapeOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) {
    return 'no object';
  }
  if ('command' in body) {
    return 'command';
  }
  return 'type' in body && typeof body.type === 'string' ? body.type : 'no type';
}

function isDeeper(value: unknown, levels: number): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))
  );
}

function read<S extends z.ZodType>(schema: S, body: unknown, tell: (it: z.infer<S>) => Told): Parsed {
  const parsed = schema.safeParse(body);
  return parsed.success
    ? { ok: true, told: tell(parsed.data) }
    : unreadable(body, shapeOf(body), parsed.error);
}

function unreadable(body: unknown, shape: string, error: z.ZodError): Parsed {
  const where = error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join('; ');
  return { ok: false, why: 'unreadable', reason: `${shape}: ${where}`, responseUrl: responseUrlOf(body) };
}

function responseUrlOf(body: unknown): string | null {
  const url: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'response_url') : null;
  return typeof url === 'string' && URL.canParse(url) ? url : null;
}

type Interacted = Pick<z.infer<typeof Shortcut>, 'team' | 'enterprise' | 'is_enterprise_install' | 'user'> & {
  view?: SentView | null | undefined;
};

function whose(it: Interacted): { team: TeamRef; by: 'person'; userId: string } {
  const team = {
    // In a view `team` may be the person's own, and of an org-wide install there is none.
    teamId: it.view?.app_installed_team_id ?? it.team?.id ?? it.user.team_id ?? null,
    enterpriseId: it.enterprise?.id ?? null,
    isEnterpriseInstall: it.is_enterprise_install,
  };
  return { team, by: 'person', userId: it.user.id };
}

function actionOf(it: z.infer<typeof BlockActions>): Extract<What, { kind: 'action' }> {
  const [action] = it.actions;
  const at = Number(action?.action_ts ?? Number.NaN) * 1_000;
  return {
    kind: 'action',
    type: action?.type ?? '',
    actionId: action?.action_id ?? '',
    value: action?.value ?? null,
    raw: action,
    in: {
      channel: it.channel?.id ?? it.container?.channel_id ?? null,
      ts: it.message?.ts ?? it.container?.message_ts ?? null,
      threadTs: it.message?.thread_ts ?? it.container?.thread_ts ?? null,
      view: it.view ?? null,
    },
    pressedAt: Number.isNaN(at) ? null : at,
    triggerId: it.trigger_id ?? null,
    responseUrl: it.response_url,
  };
}

/** Two presses of one button within a second are one: a second click has a trigger of its own, and means nothing. */
function pressKey(it: z.infer<typeof BlockActions>): string {
  const [action] = it.actions;
  const second = Math.floor(Number(action?.action_ts ?? Number.NaN));
  if (action === undefined || Number.isNaN(second)) {
    return it.trigger_id ?? digest([JSON.stringify(it)]);
  }
  const where = [it.channel?.id, it.container?.message_ts, it.view?.id, it.view?.hash];
  const what = [it.team?.id, it.user.id, ...where, action.action_id, action.value].map((part) => part ?? '');
  return `press/${digest(what)}/${second}`;
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
