import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { NEEDED_SCOPES } from '../../adapters/slack/scopes.ts';
import type { LocalSlack } from './local-slack.ts';
import { asSlackSends, Fields, told, withItsMark } from './local-slack-amend.ts';
import { argsOf, bodyOf, heardOf, type Kind, parsed, postSigned } from './local-slack-http.ts';
import type { SlackPage } from './local-slack-page.ts';
import { Answer, Interaction, View } from './local-slack-shapes.ts';
import { joinSockets } from './local-slack-socket-mode.ts';

const Reply = z.looseObject({ ok: z.boolean(), url: z.string().optional(), view: View.optional() });
const Spare = z.object({ trigger_id: z.string(), response_url: z.string() });
type Spare = z.infer<typeof Spare>;
const Address = z.object({ port: z.number() });
const Someone = z.looseObject({
  user: z.looseObject({ id: z.string() }).optional(),
  user_id: z.string().optional(),
});

/** The command that brings nothing to Kept, only a trigger and a response URL to the wire. */
const SPARE = '/spare';

/** What stands between local-slack and Kept, and does what Slack does and local-slack doesn't. */
export type Wire = Awaited<ReturnType<typeof startWire>>;

/**
 * Starts the wire. Through it
 * - a view keeps its id when it is updated; an update of one that is closed, or with an old hash, fails;
 * - inputs that nobody touched are submitted with what they began with;
 * - clicks on the App Home and on ephemeral messages come as Slack sends them;
 * - guests and shared channels are told as such, and the scopes that were granted: all;
 * - a test can send what local-slack never does (clicks in a modal, suggestions, shortcuts, other events).
 */
export async function startWire(mode: 'events' | 'socket') {
  const calls: { method: string; args: Fields }[] = [];
  const sent: { kind: Kind; payload: Fields }[] = [];
  const spares = new Map<string, (spare: Spare) => void>();
  const answers = new Map<string, (answer: Answer) => void>();
  const owners = new Map<string, string>();
  const names = new Map<unknown, string>();
  const drawnByCall = new Set<string>();
  let behind: { local: LocalSlack; page: SlackPage } | null = null;
  let keptUrl: string | null = null;
  const local = () => (behind ?? missing('local-slack')).local;
  const page = () => (behind ?? missing('local-slack')).page;
  const post = (kind: Kind, payload: Fields) => postSigned(keptUrl ?? missing('Kept'), kind, payload);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const type = request.headers['content-type'] ?? '';
    const { pathname, search } = new URL(request.url ?? '', 'http://wire');
    if (pathname.startsWith('/api/')) {
      const args = { ...argsOf(search.slice(1), ''), ...argsOf(body, type) };
      const method = pathname.slice('/api/'.length);
      const answer = await callApi(method, args, request.headers.authorization ?? '');
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': NEEDED_SCOPES.join(',') })
        .end(JSON.stringify(answer));
    } else {
      const { kind, payload } = heardOf(body, type);
      response.end(await pass(kind, payload, (amended) => post(kind, amended)));
    }
  }

  /** What Kept asks of Slack. */
  async function callApi(method: string, args: Fields, authorization: string): Promise<Fields> {
    calls.push({ method, args });
    if (method === 'views.update') {
      const mark = args['view_id'] ?? names.get(args['external_id']);
      const standing = page()
        .stack()
        .find((view) => view.external_id === mark);
      if (standing?.external_id === undefined) return { ok: false, error: 'not_found' };
      const hash = args['hash'] ?? standing.hash;
      if (hash !== standing.hash) return { ok: false, error: 'hash_conflict' };
      args['view_id'] = standing.external_id;
      args['view'] = named(Fields.parse(args['view']), standing.external_id);
    }
    if (method === 'views.open' || method === 'views.push') {
      args['view'] = marked(Fields.parse(args['view']), whoHas(args['trigger_id']));
    }
    const response = await fetch(`${local().url}/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(args),
    });
    const reply = Reply.parse(await response.json());
    if (reply.url !== undefined && method === 'apps.connections.open') {
      return { ...reply, url: reply.url.replace(/^ws:\/\/[^/]+/u, `ws://127.0.0.1:${port}`) };
    }
    if (reply.view !== undefined && method !== 'views.publish') {
      const { id } = reply.view;
      drawnByCall.add(id);
      await until(() =>
        page()
          .stack()
          .some((view) => view.id === id),
      );
      return { ...reply, view: withItsMark(reply.view) };
    }
    return told(reply);
  }

  /** Brings Kept what local-slack sends; gives what Kept answers, for local-slack. */
  async function pass(
    kind: Kind,
    payload: Fields,
    send: (payload: Fields) => Promise<string>,
  ): Promise<string> {
    if (payload['command'] === SPARE) {
      spares.get(String(payload['text']))?.(Spare.parse(payload));
      return '';
    }
    if (kind !== 'interactive') {
      sent.push({ kind, payload });
      return send(payload);
    }
    const interaction = Interaction.parse(payload);
    const amended = asSlackSends(interaction, page().home(interaction.user.id));
    sent.push({ kind, payload: amended });
    const said = await send(amended);
    return interaction.type === 'view_submission' ? submitted(Interaction.parse(amended), said) : said;
  }

  /** How a submission was answered; the view in it, if there is one, gets its mark. */
  function submitted({ user, view: { id } = { id: '' } }: Interaction, said: string): string {
    const answer = Answer.safeParse(parsed(said)).data ?? {};
    answers.get(id)?.(answer);
    const { view } = answer;
    if (view === undefined) return said;
    const isNew = answer.response_action === 'push';
    return JSON.stringify({ ...answer, view: isNew ? marked(view, user.id) : named(view, id) });
  }

  function marked(view: Fields, owner: string): Fields {
    const mark = `V${String(owners.size + 1).padStart(8, '0')}`;
    owners.set(mark, owner);
    return named(view, mark);
  }

  /** The mark stands in the place of the name that Kept may give a view. */
  function named(view: Fields, mark: string): Fields {
    if (view['external_id'] !== undefined) names.set(view['external_id'], mark);
    return { ...view, external_id: mark };
  }

  /** Who did what the trigger came with. */
  function whoHas(trigger: unknown): string {
    const payload = sent.findLast((one) => one.payload['trigger_id'] === trigger)?.payload;
    const by = Someone.safeParse(payload).data;
    return by?.user?.id ?? by?.user_id ?? '';
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.writeHead(502).end(String(error));
    });
  });
  const sockets = joinSockets(server, {
    upstream: (path) => `${local().url.replace('http', 'ws')}${path}`,
    pass,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Address.parse(server.address());

  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    requestUrl: `http://127.0.0.1:${port}/slack/events`,
    /** What Kept asked of Slack, the newest last. */
    calls,
    /** What was sent to Kept, the newest last. */
    sent,
    behind: (to: { local: LocalSlack; page: SlackPage }) => {
      behind = to;
    },
    keptAt: (url: string) => {
      keptUrl = url;
    },
    /** Sends Kept something that local-slack never does; gives what Kept answers, parsed. */
    deliver: async (kind: Kind, payload: Fields): Promise<unknown> => {
      sent.push({ kind, payload });
      return parsed(await (mode === 'events' ? post(kind, payload) : sockets.send(kind, payload)));
    },
    /** A trigger and a response URL of local-slack’s own, for what is then delivered. */
    spare: async (user: string, channel: string): Promise<Spare> => {
      const text = randomUUID();
      const spare = new Promise<Spare>((resolve) => {
        spares.set(text, resolve);
      });
      await fetch(`${local().url}/_control/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user, channel, command: SPARE, text }),
      });
      return spare;
    },
    /** How Kept answers the next submission of that view. */
    answered: (viewId: string): Promise<Answer> =>
      new Promise((resolve) => {
        answers.set(viewId, resolve);
      }),
    /** Whose modal that is: local-slack has one pile of modals for everybody. */
    ownerOf: (view: View) => owners.get(view.external_id ?? view.id) ?? '',
    /** Whether a view was drawn as the answer to a submission, and not by a call of Kept’s. */
    isAnswer: (view: View) => !drawnByCall.has(view.id),
    isConnected: () => mode === 'events' || sockets.isOpen(),
    stop: async () => {
      sockets.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function until(check: () => boolean): Promise<void> {
  for (let waited = 0; !check(); waited += 5) {
    // Somebody may have closed it meanwhile.
    if (waited > 1_000) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function missing(what: string): never {
  throw new Error(`${what} is not running`);
}
