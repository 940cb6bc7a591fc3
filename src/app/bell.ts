import type { Instant } from '../domain/instant.ts';

/**
 * Rings for work that Postgres already holds. Best effort: a bell that is lost, late or doubled costs
 * seconds, so an implementation logs its failures and never throws to its caller.
 */
export type Bell = {
  /** Asks for a wake at each of these instants (epoch ms). Those past now ring at once. */
  ringAt(instants: readonly Instant[]): Promise<void>;
  /** Asks for delivery of these outbox rows at once. */
  ringOutbox(rowIds: readonly string[]): Promise<void>;
};
