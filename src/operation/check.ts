import type { Config, ConfigProblem } from '../config.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the checks look at. `config` is read from the variables that can be used; `problems` are the others. */
export type Setup = {
  config: Config;
  env: Environment;
  problems: readonly ConfigProblem[];
  nodeVersion: string;
  askRedis: (url: string) => Promise<string[]>;
  /** What stands in the way of Slack; asked only where Slack is configured. */
  askSlack: (config: Config) => Promise<Finding[]>;
};

/** What a check found. `mend` says what to do about it; what is well needs nothing. */
export type Finding =
  | { state: 'ok'; says: string }
  | { state: 'warning' | 'wrong'; says: string; mend: string };

export function ok(says: string): Finding {
  return { state: 'ok', says };
}

/** Kept runs, but not as one would expect. */
export function warning(says: string, mend: string): Finding {
  return { state: 'warning', says, mend };
}

/** Kept doesn't start like this, or doesn't do its work. */
export function wrong(says: string, mend: string): Finding {
  return { state: 'wrong', says, mend };
}

/** The code of a system's or a driver's error, or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The findings of a check; of one that throws, that it did. */
export async function tried(run: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await run();
  } catch (error) {
    return [wrong(`This could not be checked: ${reasonOf(error)}`, 'Mend what it names, then look again.')];
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'no reason was given';
}
