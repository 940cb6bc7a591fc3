import type { FakeTeam, FakeWorld } from './fake-slack-world.ts';

/** One call of a Web API method by a team's token. Arguments are as they came: JSON where they are structured. */
export type Call = {
  world: FakeWorld;
  team: FakeTeam;
  /** By an org-wide token. */
  org: boolean;
  token: string;
  args: Record<string, string>;
};

/** What a method answers beside `ok: true`. */
export type Answer = Record<string, unknown>;

/** The method answers `ok: false` with this code. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
