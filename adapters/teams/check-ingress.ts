import { type Finding, noAnswer, ok, warning, wrong } from '../../src/app/finding.ts';
import { TeamsCallFailed } from './errors.ts';
import { type Exchanged, exchange } from './exchange.ts';
import type { TeamsConfig } from './teams-config.ts';

const MEND_ADDRESS =
  'See that PUBLIC_URL is this Kept’s, and that the proxy hands /api/ and /teams/ on to it unchanged.';
const START = 'Start Kept, and what stands before it; then look again.';

/** Whether what Teams sends reaches Kept, and nobody else's is heard; and whether the tab can be opened. */
export async function checkIngress({ identity }: TeamsConfig, publicUrl: string | null): Promise<Finding[]> {
  if (identity.by === 'nobody') {
    return [];
  }
  if (publicUrl === null) {
    return [
      warning(
        'PUBLIC_URL isn’t set, so the messaging endpoint can’t be tried.',
        'Set PUBLIC_URL to the https address that Teams reaches Kept at, like PUBLIC_URL=https://kept.example.com',
      ),
    ];
  }
  const base = publicUrl.replace(/\/+$/u, '');
  return [
    ...(new URL(base).protocol === 'https:'
      ? []
      : [
          warning(
            `Teams sends to https addresses only, and PUBLIC_URL is ${publicUrl}.`,
            'Set PUBLIC_URL to the https address of the proxy before Kept.',
          ),
        ]),
    await checkEndpoint(`${base}/api/messages`, identity.appId),
    await checkTab(`${base}/teams/tab`, identity.by === 'managed identity'),
  ];
}

/** Does what a stranger would do: says something in Teams’ tongue, with no token. */
async function checkEndpoint(url: string, appId: string): Promise<Finding> {
  const activity = {
    type: 'message',
    id: 'from-the-doctor',
    channelId: 'msteams',
    serviceUrl: 'https://smba.trafficmanager.net/teams/',
    from: { id: '29:the-doctor', aadObjectId: '00000000-0000-0000-0000-000000000000' },
    recipient: { id: `28:${appId}` },
    conversation: { id: 'the-doctor', conversationType: 'personal' },
    text: '',
  };
  const answer = await asked(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(activity),
  });
  if ('error' in answer) {
    return noAnswer(url, answer.error, 'Teams');
  }
  const { status } = answer;
  if (status === 401) {
    return ok(
      `${url} is reached, and turns down what isn’t Microsoft’s. It is the bot’s messaging endpoint.`,
    );
  }
  if (status >= 502 && status <= 504) {
    return warning(`${url} answers ${status}: the proxy finds no Kept.`, START);
  }
  if (status >= 200 && status < 300) {
    const mend =
      'Something stands before Kept and answers in its place, or the Kept there runs in local development.';
    return wrong(`${url} answers what nobody signed.`, mend);
  }
  return wrong(
    status >= 300 && status < 400
      ? `${url} leads elsewhere (${status}), and Teams doesn’t follow.`
      : `${url} answers ${status} where 401 was due.`,
    MEND_ADDRESS,
  );
}

async function checkTab(url: string, isManaged: boolean): Promise<Finding> {
  if (isManaged) {
    return ok(
      'A managed identity has no personal tab, for nobody could sign in to it; home in the chat shows the same.',
    );
  }
  const answer = await asked(url, { method: 'GET' });
  if ('error' in answer) {
    return warning(`Nothing answers at ${url} (${answer.error}).`, START);
  }
  const isPage = answer.status === 200 && /^text\/html\b/u.test(answer.headers.get('content-type') ?? '');
  return isPage
    ? ok(`${url} is the personal tab.`)
    : warning(`${url} answers ${answer.status}, and not with the personal tab.`, MEND_ADDRESS);
}

async function asked(url: string, request: RequestInit): Promise<Exchanged | { error: string }> {
  try {
    return await exchange(url, request);
  } catch (error) {
    return {
      error: error instanceof TeamsCallFailed && 'error' in error.trouble ? error.trouble.error : 'unknown',
    };
  }
}
