import { z } from 'zod';

/** A variable that can't be used: its name, what was expected, and an example. Its value is never repeated. */
export type ConfigProblem = {
  name: string;
  expected: string;
  /** Null where nothing is to be set. */
  example: string | null;
  /** With these unset, the problem is gone as well. */
  unset: readonly string[];
};

/** The environment has variables that can't be used. The message names each, in a line of its own. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(
          ({ name, expected, example }) =>
            `${name} must be ${expected}${example === null ? '' : `, like ${name}=${example}`}`,
        )
        .join('\n'),
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** An address of one of these protocols (`https:`). */
export const url = (...protocols: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { abort: true });

/** A password or the like, as one finds it to be copied. */
export const secret = z.string().regex(/^\S+$/u).nullable().default(null);

/** Names as a sentence has them: `A, B and C`. */
export function listed(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]+)$/u, ' and $1');
}

/** Whether only this machine can reach an address. The console, which asks for no sign-in, is served on no other. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/** The host of a URL, IPv6 without its brackets. */
export function hostOf(address: string): string {
  return new URL(address).hostname.replaceAll(/[[\]]/gu, '');
}

/** What is expected of KEPT_ENCRYPTION_KEY. */
export const ENCRYPTION_KEY = {
  expected: 'base64 of 32 bytes, as openssl rand -base64 32 makes them; several with commas between',
  example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
};
