import { createEmulator } from 'emulate';
import { z } from 'zod';

const CLIENT = { clientId: '12345.67890', clientSecret: 'a-client-secret' };
const BOT_TOKEN = 'xoxb-a-token-of-its-own';
const Given = z.object({ ok: z.literal(true), trigger_id: z.string(), expires_at: z.number() });
const Found = z.object({ ok: z.literal(true), user: z.object({ id: z.string(), team_id: z.string() }) });

/** Slack’s OAuth pages and Web API, made by others, on a port of loopback; `redirectUri` is where it may lead back to. */
export async function startEmulatedSlack(port: number, redirectUri: string) {
  const emulator = await createEmulator({
    service: 'slack',
    port,
    seed: {
      slack: {
        team: { name: 'Acme & <Sons>', domain: 'acme-sons' },
        users: [{ name: 'ada', real_name: 'Ada Agent', email: 'ada@example.com', is_admin: true }],
        oauth_apps: [
          {
            client_id: CLIENT.clientId,
            client_secret: CLIENT.clientSecret,
            app_id: 'A0KEPT',
            name: 'Kept',
            redirect_uris: [redirectUri],
          },
        ],
        // The bot of the app above, installed without a link.
        tokens: [{ token: BOT_TOKEN, type: 'bot', user: 'kept', app_id: 'A0KEPT' }],
      },
    },
  });
  const apiUrl = `http://127.0.0.1:${port}/api/`;
  async function ask(method: string, said: Record<string, string>): Promise<unknown> {
    const headers = { authorization: `Bearer ${BOT_TOKEN}` };
    const body = new URLSearchParams(said);
    return (await fetch(`${apiUrl}${method}`, { method: 'POST', headers, body })).json();
  }

  return {
    ...CLIENT,
    apiUrl,
    botToken: BOT_TOKEN,
    /** Ada, who is in the team from the beginning. */
    ada: async () => Found.parse(await ask('users.lookupByEmail', { email: 'ada@example.com' })).user,
    /**
     * A trigger as of something that this person did now, and when it is over (epoch ms). It counts whole seconds,
     * so that a trigger lives between 2 and 3 s. Slack has no such method: it stands for the click.
     */
    trigger: async (user: string) => {
      const given = Given.parse(await ask('views.generateTriggerId', { user_id: user }));
      return { id: given.trigger_id, over: given.expires_at * 1_000 };
    },
    stop: () => emulator.close(),
  };
}

/** What a page answered. */
export type Visited = { status: number; headers: Headers; location: string | null; body: string };

/** A browser as far as an installation needs one: it keeps cookies of one site, and follows nothing by itself. */
export function createBrowser() {
  const cookies = new Map<string, string>();
  async function visit(url: string, init: RequestInit = {}): Promise<Visited> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const at = pair.indexOf('=');
      if (/expires=thu, 01 jan 1970/i.test(set)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const { status, headers } = answer;
    return { status, headers, location: headers.get('location'), body: await answer.text() };
  }

  return {
    visit,
    cookies,
    /** From Kept’s link to Slack’s page, and with a click on a person’s name to where Slack sends them back to. */
    allow: async (installUrl: string, person: string): Promise<string> => {
      const asked = (await visit(installUrl)).location;
      if (asked === null) throw new Error('The link leads nowhere');
      const { body } = await visit(asked);
      const form = body.split('<form').find((part) => part.includes(person));
      if (form === undefined) throw new Error(`Slack’s page doesn’t show ${person}`);
      const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
      const said = new URLSearchParams();
      for (const [, name = '', value = ''] of fields) said.append(name, unescape(value));
      const action = new URL('/oauth/v2/authorize/callback', asked).href;
      const back = (await visit(action, { method: 'POST', body: said })).location;
      if (back === null) throw new Error('Slack sends nobody back');
      return back;
    },
  };
}

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
