import type { Activity } from 'botbuilder';
import { AuthenticationError, type BotFrameworkAuthentication } from 'botframework-connector';
import { z } from 'zod';
import { CHANNEL } from './connector.ts';
import { isLoopbackUrl } from './loopback.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

/** Microsoft's keys are had within this, or not now. */
const WITHIN_MS = 5_000;
/** Clocks differ by this much at most, as botbuilder has it. */
const TOLERANCE_S = 5 * 60;

const Told = z.object({ channelId: z.literal('msteams'), serviceUrl: z.url() });
/** botbuilder reads these two of it, and who it is for. */
const AsActivity = z.custom<Activity>((value) => Told.safeParse(value).success);
const Claims = z.object({ iss: z.string(), exp: z.number() });
/** What botbuilder lets through of what checks the signature. */
const forged = new Set(['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError']);

/**
 * Whether a request is Microsoft's and for us: botbuilder checks signature, audience, expiry and that the token is
 * for the `serviceUrl` of the activity. Three holes of it are shut before: an activity without a `serviceUrl` would
 * not be compared with the token's, tokens of the Emulator and of other bots (we have neither) would pass with any,
 * and one that names another channel goes ways of its own.
 *
 * @throws when Microsoft's keys can't be had, so that nobody knows
 */
export function createAuthenticate(
  { identity }: TeamsConfig,
  authentication: Pick<BotFrameworkAuthentication, 'authenticateRequest'>,
  authority: Authority | null,
): (activity: unknown, authorization: string) => Promise<boolean> {
  const { issuer } = authority ?? CHANNEL;

  return async (told, authorization) => {
    if (identity.by === 'nobody') {
      const at = z.object({ serviceUrl: z.string() }).safeParse(told);
      return at.success && isLoopbackUrl(at.data.serviceUrl);
    }
    const activity = AsActivity.safeParse(told);
    const claims = claimsIn(authorization);
    if (!activity.success || claims === null || claims.iss !== issuer) {
      return false;
    }
    if (claims.exp < Date.now() / 1_000 - TOLERANCE_S) {
      return false;
    }
    try {
      await within(authentication.authenticateRequest(activity.data, authorization));
      return true;
    } catch (error) {
      if (isNo(error)) {
        return false;
      }
      throw error;
    }
  };
}

function isNo(error: unknown): boolean {
  if (error instanceof AuthenticationError) {
    return error.statusCode === 401 || error.statusCode === 403;
  }
  return error instanceof Error && forged.has(error.name);
}

/** What a token says of itself, not checked yet. */
function claimsIn(authorization: string): z.infer<typeof Claims> | null {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization) ?? [];
  try {
    const said: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8'));
    return Claims.safeParse(said).data ?? null;
  } catch {
    return null;
  }
}

/** botbuilder asks for the keys without an end. */
async function within(checked: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), WITHIN_MS);
  try {
    await Promise.race([
      checked,
      new Promise((_, reject) => {
        late.signal.addEventListener('abort', () => reject(new Error('Microsoft’s keys can’t be had now')));
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
