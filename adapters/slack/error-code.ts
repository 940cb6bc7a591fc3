import { meaningOf, troubleOf } from './errors.ts';

/** The code that Slack refused a call with (`invalid_auth`, …); null when it didn't get as far as that. */
export function errorCodeOf(error: unknown): string | null {
  const trouble = troubleOf(error);
  return trouble.kind === 'refused' ? trouble.code : null;
}

/** Whether Slack turned the token itself down for good, and not what was asked with it. */
export function isTokenRefused(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code !== null && meaningOf(code) === 'disconnected';
}
