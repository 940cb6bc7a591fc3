import type { UnderWay } from '../../src/app/under-way.ts';
import { isOwed } from './accepting.ts';
import { type Arrival, leftOf } from './arrival.ts';
import type { AudienceOf } from './audience.ts';
import { caseAt } from './case-at.ts';
import type { Asked } from './gated-deps.ts';
import type { Outlets } from './outlets.ts';
import { suggestions } from './suggest.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { ByPerson } from './told.ts';
import { unfurl } from './unfurl.ts';
import type { Work } from './work.ts';

/** Typing goes on meanwhile. */
const SUGGEST_MS = 3_000;

/** What owes nothing is answered at once or not at all. Resolves to whether it was such. */
export type AnsweredAtOnce = (
  connection: TeamsConnection,
  told: ByPerson,
  arrival: Arrival,
) => Promise<boolean>;

/** See `AnsweredAtOnce`. */
export function createAnsweredAtOnce(parts: {
  deps: TeamsDeps;
  asked: Asked;
  audience: AudienceOf;
  outlets: Outlets;
  work: Work;
  underWay: UnderWay;
}): AnsweredAtOnce {
  const { deps, asked, audience, outlets, work, underWay } = parts;
  const { log } = deps;

  async function answeredAtOnce(
    connection: TeamsConnection,
    told: ByPerson,
    arrival: Arrival,
  ): Promise<boolean> {
    if (told.kind === 'suggest') {
      void underWay.track(suggest(connection, told, arrival));
      return true;
    }
    if (told.kind === 'link') {
      void underWay.track(showLink(connection, told, arrival));
      return true;
    }
    if (told.kind === 'message') {
      // What people say among themselves is kept nowhere, but in the thread of a case it is a sign of life.
      const { conversation } = told.where;
      const isHeard = told.toUs || (await caseAt(asked, connection, { conversation, on: null })) !== null;
      if (!isHeard) {
        arrival.answer({ how: 'accepted' });
      }
      return !isHeard;
    }
    if (isOwed(told)) {
      return false;
    }
    const job = outlets.passingJob(deps.newId(), connection, told, arrival);
    void underWay.track(work.atOnce(job));
    return true;
  }

  async function suggest(
    connection: TeamsConnection,
    told: Extract<ByPerson, { kind: 'suggest' }>,
    arrival: Arrival,
  ): Promise<void> {
    try {
      const options = await suggestions(asked, connection, told, leftOf(SUGGEST_MS, arrival));
      arrival.answer({ how: 'suggested', options });
    } catch (err) {
      log.warn({ err, connection: connection.id }, 'nothing could be suggested');
      arrival.answer({ how: 'suggested', options: [] });
    }
  }

  async function showLink(
    connection: TeamsConnection,
    told: Extract<ByPerson, { kind: 'link' }>,
    arrival: Arrival,
  ): Promise<void> {
    try {
      const { shortCard, publicUrl } = deps;
      const parts = { asked, audience, shortCard, publicUrl, log };
      arrival.answer({ how: 'unfurled', drawn: await unfurl(parts, connection, told) });
    } catch (err) {
      log.warn({ err, connection: connection.id }, 'a link stays bare');
      arrival.answer({ how: 'unfurled', drawn: null });
    }
  }

  return answeredAtOnce;
}
