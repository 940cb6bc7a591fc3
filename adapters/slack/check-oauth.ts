import { type Finding, ok, warning, wrong } from '../../src/app/finding.ts';
import { ANSWER_WITHIN_MS } from './check-ingress.ts';
import { troubleOf } from './errors.ts';
import { troubleFinding } from './finding.ts';
import { newClients } from './web-client.ts';

type Parts = { apiUrl: string | null; clientId: string; clientSecret: string; publicUrl: string | null };

/** Whether the app may be installed by OAuth. `isReached` is false when Slack didn't answer at all. */
export async function checkOAuth(parts: Parts): Promise<{ findings: Finding[]; isReached: boolean }> {
  const app = await checkApp(parts);
  return { ...app, findings: [...app.findings, await checkRedirect(parts.publicUrl)] };
}

/** Of this code Slack can only say that it is none; for a wrong client it has codes of its own. */
async function checkApp({ apiUrl, clientId, clientSecret }: Parts) {
  const known = ok('OAuth: Slack knows SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.');
  try {
    const code = 'from-the-doctor';
    await newClients(apiUrl)(null).oauth.v2.access({
      client_id: clientId,
      client_secret: clientSecret,
      code,
    });
    return { findings: [known], isReached: true };
  } catch (error) {
    const trouble = troubleOf(error);
    const isKnown = trouble.kind === 'refused' && trouble.code === 'invalid_code';
    const finding = isKnown ? known : troubleFinding('the client of SLACK_CLIENT_ID', trouble);
    return { findings: [finding], isReached: trouble.kind !== 'doubtful' };
  }
}

async function checkRedirect(publicUrl: string | null): Promise<Finding> {
  if (publicUrl === null) {
    return wrong(
      'PUBLIC_URL isn’t set, and Slack leads people back to it when they install Kept.',
      'Set PUBLIC_URL to the address that people reach Kept at, like PUBLIC_URL=https://kept.example.com',
    );
  }
  const base = publicUrl.replace(/\/+$/u, '');
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { status } = await fetch(`${base}/slack/install`, { redirect: 'manual', signal });
    return status < 400
      ? ok(
          `Kept is installed from ${base}/slack/install. The app’s redirect URL must be ${base}/slack/oauth_redirect`,
        )
      : warning(
          `${base}/slack/install answers ${status}.`,
          'Start Kept, and see that the proxy hands /slack/ on to it unchanged; then look again.',
        );
  } catch {
    return warning(
      `Nothing answers at ${base}/slack/install.`,
      'Start Kept, and what stands before it; then look again.',
    );
  }
}
