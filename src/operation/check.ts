import { type Finding, wrong } from '../app/finding.ts';
import type { Config } from '../config.ts';
import type { ConfigProblem } from '../config-problem.ts';

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
  /** The same of Teams. */
  askTeams: (config: Config) => Promise<Finding[]>;
};

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
