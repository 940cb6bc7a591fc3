import { grantedBySecret, keepToken, LOGIN_URL } from './granted.ts';
import { managedToken } from './managed-token.ts';
import type { Authority, TeamsConfig } from './teams-config.ts';

/** Where the token of an app of many tenants is asked for. */
const ANY_TENANT = 'botframework.com';
const SCOPE = 'https://api.botframework.com/.default';

/** What says to Teams that it is us. */
export type BotToken = {
  /** Null in local development, where nobody asks. Throws TeamsCallFailed. */
  get(): Promise<string | null>;
  /** It was refused: the next one is a new one. */
  forget(): void;
};

/** The bot's token. */
export function createBotToken({ identity }: TeamsConfig, authority: Authority | null): BotToken {
  if (identity.by === 'nobody') {
    return { get: () => Promise.resolve(null), forget: () => {} };
  }
  if (identity.by === 'managed identity') {
    return keepToken(() => managedToken(identity.appId, SCOPE), Date.now);
  }
  const { appId, password, tenantId } = identity;
  const loginUrl = authority?.loginUrl ?? LOGIN_URL;
  const app = { loginUrl, tenant: tenantId ?? ANY_TENANT, appId, password, scope: SCOPE };
  return keepToken(() => grantedBySecret(app, Date.now), Date.now);
}
