import { JwtTokenProviderFactory } from 'botframework-connector';
import { TeamsCallFailed } from './errors.ts';
import type { Granted } from './granted.ts';

/** Azure's metadata service, on the same machine, answers at once. */
const WITHIN_MS = 10_000;

/**
 * A token of the user-assigned managed identity whose client id is `appId`, from the Azure machine that we run on.
 *
 * @throws TeamsCallFailed
 */
export async function managedToken(appId: string, scope: string): Promise<Granted> {
  const provider = new JwtTokenProviderFactory().createAzureServiceTokenProvider(appId);
  try {
    const found = await provider.getToken(scope, { abortSignal: AbortSignal.timeout(WITHIN_MS) });
    if (found === null) {
      throw new Error('Azure gave no token');
    }
    return { token: found.token, until: found.expiresOnTimestamp };
  } catch (error) {
    // What is tried in turn (environment, workload, machine) says nothing but that nobody had one.
    const name = error instanceof Error ? error.name : 'unknown';
    throw new TeamsCallFailed({ kind: 'no token', refused: false, error: `managed identity, ${name}` });
  }
}
