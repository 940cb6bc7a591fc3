import { createRequire } from 'node:module';
import { z } from 'zod';
import { drawFormView } from '../../adapters/slack/form-view.ts';
import { drawMessage as drawSlackMessage } from '../../adapters/slack/message.ts';
import { pressedOf as slackPress } from '../../adapters/slack/pressed.ts';
import { drawForm as drawTeamsForm } from '../../adapters/teams/form-card.ts';
import { drawMessage as drawTeamsMessage } from '../../adapters/teams/message.ts';
import { pressedOf as teamsPress } from '../../adapters/teams/pressed.ts';
import type { ActionId, Card } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import { elementsOf, drawContext as slackContext, formMeta as slackMeta } from './slack-cards.ts';

/** A surface as it draws: all that a person reads, the actions that its buttons carry, the fields that it asks for. */
export type DrawingSurface = {
  name: 'console' | 'Slack' | 'Teams';
  card: (card: Card) => { reads: string; actions: string[] };
  form: (form: Form) => { reads: string; fields: string[] };
};

const desk = {
  workspace: { id: '', name: '', zone: 'UTC', members: [] },
  me: { id: '', name: 'Ada Agent', title: '', zone: 'UTC', active: true, away: false },
  people: new Map(),
  rooms: [],
  go: () => {},
  perform: () => Promise.resolve(),
  show: () => {},
  tell: () => {},
  announce: () => {},
};

type Element = (what: unknown, props: object, ...children: unknown[]) => unknown;
const isFunction = (value: unknown) => typeof value === 'function';
// By require: React's types would bring the browser's globals into every test.
const require = createRequire(import.meta.url);
const { createElement } = z.object({ createElement: z.custom<Element>(isFunction) }).parse(require('react'));
const { renderToStaticMarkup } = z
  .object({ renderToStaticMarkup: z.custom<(element: unknown) => string>(isFunction) })
  .parse(require('react-dom/server'));

/** The console's own components, drawn as the page draws them first. */
async function consoleSurface(): Promise<DrawingSurface> {
  const client = (file: string) => import(new URL(`../../adapters/web/client/${file}`, import.meta.url).href);
  const { DeskProvider } = z.object({ DeskProvider: z.unknown() }).parse(await client('desk.ts'));
  const { CardView } = z.object({ CardView: z.unknown() }).parse(await client('card-view.tsx'));
  const { FormDialog } = z.object({ FormDialog: z.unknown() }).parse(await client('form-dialog.tsx'));
  const draw = (what: unknown, props: object) =>
    renderToStaticMarkup(
      createElement(
        DeskProvider,
        { value: desk },
        createElement(what, { spot: { room: 'r', list: 'r' }, ...props }),
      ),
    );
  const inner = (html: string, tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gsu'))].map(([, text = '']) => bare(text));
  return {
    name: 'console',
    card: (card) => {
      const html = draw(CardView, { card });
      // A press sends the action as it is; its label is all that the markup has of it.
      return { reads: bare(html), actions: inner(html, 'button') };
    },
    form: (form) => {
      const html = draw(FormDialog, { form, onClose: () => {} });
      const labels = [...inner(html, 'label'), ...inner(html, 'legend')].join(' ');
      const controls = html.match(/data-control|type="radio"/gu) ?? [];
      return {
        reads: bare(html),
        fields:
          controls.length < form.fields.length
            ? []
            : form.fields.flatMap(({ name, label }) => (labels.includes(label) ? [name] : [])),
      };
    },
  };
}

const slack: DrawingSurface = {
  name: 'Slack',
  card: (card) => {
    const { blocks } = drawSlackMessage(card, slackContext());
    const buttons = elementsOf(blocks);
    return {
      reads: textsOf(blocks),
      actions: buttons.flatMap((button) => actionOf(slackPress({ value: stringOf(button['value']) }))),
    };
  },
  form: (form) => {
    const view = drawFormView(form, slackMeta(form), slackContext());
    const inputs = view.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id ?? ''] : []));
    return { reads: textsOf(view), fields: inputs.map((id) => id.split('/')[1] ?? '') };
  },
};

const teamsContext = { userIds: new Map(), threadUrl: null, whole: null, host: 'card' as const };
const teams: DrawingSurface = {
  name: 'Teams',
  card: (card) => {
    const drawn = drawTeamsMessage(card, teamsContext).card;
    return { reads: textsOf(drawn), actions: dataOf(drawn).flatMap((data) => actionOf(teamsPress(data))) };
  },
  form: (form) => {
    const { nonce, subject } = form;
    const meta = {
      form: form.id,
      nonce,
      subject,
      place: { connection: 'teams/1', channel: '' },
      source: null,
      under: null,
      warned: '',
      rest: null,
    };
    const drawn = drawTeamsForm(form, meta, teamsContext);
    const ids = find(drawn, (one) => typeof one['type'] === 'string' && one['type'].startsWith('Input.'));
    return {
      reads: textsOf(drawn),
      fields: ids.flatMap(({ id }) => (typeof id === 'string' && id.startsWith('f.') ? [id.slice(2)] : [])),
    };
  },
};

/** All three. */
export async function drawingSurfaces(): Promise<DrawingSurface[]> {
  return [await consoleSurface(), slack, teams];
}

function actionOf(pressed: ReturnType<typeof slackPress> | ReturnType<typeof teamsPress>): ActionId[] {
  return pressed?.do === 'act' ? [pressed.action] : [];
}

function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function bare(html: string): string {
  return html
    .replaceAll(/<[^>]*>/gu, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', '’')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Every string in some JSON that people read. */
function textsOf(json: unknown): string {
  if (Array.isArray(json)) return json.map(textsOf).join(' ');
  if (typeof json !== 'object' || json === null) return '';
  return Object.entries(json)
    .map(([key, value]: [string, unknown]) =>
      typeof value === 'string' &&
      ['text', 'title', 'label', 'value', 'placeholder', 'errorMessage'].includes(key)
        ? value
        : textsOf(value),
    )
    .join(' ');
}

function dataOf(json: unknown): unknown[] {
  return find(json, (one) => one['type'] === 'Action.Execute').map(({ data }) => data);
}

/** Every object in some JSON that is as asked. */
function find(json: unknown, is: (one: Record<string, unknown>) => boolean): Record<string, unknown>[] {
  if (Array.isArray(json)) return json.flatMap((one) => find(one, is));
  if (typeof json !== 'object' || json === null) return [];
  const one: Record<string, unknown> = Object.fromEntries(Object.entries(json));
  const inner = Object.values(one).flatMap((value) => find(value, is));
  return is(one) ? [one, ...inner] : inner;
}
