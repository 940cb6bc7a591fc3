import type { BrowserContext, FrameLocator, Page } from 'playwright-core';

/** What the host was asked for, by name. */
export type HostCall = { func: string; args: unknown[] };

type Options = {
  /** Where Kept listens on this machine; the browser knows it by `KEPT_URL`, as from the outside. */
  server: string;
  /** Of Teams' single sign-on; it is asked for whenever the tab wants one. */
  token: () => Promise<string>;
  theme?: 'default' | 'dark' | 'contrast';
};

const HOST_URL = 'https://teams.microsoft.com/v2/';
/** PUBLIC_URL, as the manifest has it. */
export const KEPT_URL = 'https://kept.example.com';

/**
 * A page at Teams' address with a tab in it, which speaks with Microsoft's own library in the tab as Teams does: it
 * answers `initialize`, `getContext` and `authentication.getAuthToken`, and tells of another theme.
 */
export async function openInTeams(
  context: BrowserContext,
  { server, token, theme = 'default' }: Options,
): Promise<{
  page: Page;
  tab: FrameLocator;
  calls: HostCall[];
  setTheme: (theme: string) => Promise<void>;
}> {
  const calls: HostCall[] = [];
  const page = await context.newPage();
  await page.route('https://teams.microsoft.com/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: HOST_PAGE }),
  );
  await page.route(`${KEPT_URL}/**`, async (route) => {
    const url = route.request().url().replace(KEPT_URL, server);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await page.exposeFunction('kept_token', token);
  await page.exposeFunction(
    'kept_called',
    (func: string, args: unknown[]) => void calls.push({ func, args }),
  );
  await page.addInitScript(
    `window.keptHost = ${JSON.stringify({ tabUrl: `${KEPT_URL}/teams/tab`, theme })};`,
  );
  await page.goto(HOST_URL);
  return {
    page,
    tab: page.frameLocator('iframe'),
    calls,
    setTheme: (name) => page.evaluate(`setTheme(${JSON.stringify(name)})`),
  };
}

const HOST_PAGE = `<!doctype html>
<html lang="en">
<title>Teams</title>
<style>
  html, body, iframe { margin: 0; width: 100%; height: 100%; border: 0; display: block; overflow: hidden; }
</style>
<body>
<iframe title="Kept" allow="clipboard-write"></iframe>
<script>
  const frame = document.querySelector('iframe');
  const runtime = JSON.stringify({ apiVersion: 4, isLegacyTeams: false, supports: { pages: {}, dialog: {} } });
  const say = (message) => frame.contentWindow.postMessage(message, '*');
  const answers = {
    initialize: () => ['content', 'web', runtime, '2.58.0'],
    getContext: () => [{ theme: keptHost.theme, locale: 'en-gb', entityId: 'home', hostClientType: 'web' }],
    'authentication.getAuthToken': async () => {
      try {
        return [true, await kept_token()];
      } catch (error) {
        return [false, String(error)];
      }
    },
    executeDeepLink: () => [true],
  };
  addEventListener('message', async ({ source, data }) => {
    if (source !== frame.contentWindow || typeof data?.func !== 'string') return;
    kept_called(data.func, data.args ?? []);
    const answer = answers[data.func];
    if (answer) say({ id: data.id, uuidAsString: data.uuidAsString, args: await answer(data.args ?? []) });
  });
  function setTheme(theme) {
    keptHost.theme = theme;
    say({ func: 'themeChange', args: [theme] });
  }
  frame.src = keptHost.tabUrl;
</script>
</body>
</html>`;
