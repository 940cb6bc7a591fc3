import type { Hono } from 'hono';
import { createGate } from '../../src/app/gate.ts';
import type { InboxRow } from '../../src/app/inbox.ts';
import { createUnderWay } from '../../src/app/under-way.ts';
import { createAccepting, type Deadline, type To } from './accepting.ts';
import { createAnswer } from './answer.ts';
import { type Answered, type Arrival, arrive, leftOf, type Shown } from './arrival.ts';
import { createAnsweredAtOnce } from './at-once.ts';
import type { AudienceOf } from './audience.ts';
import type { Bot } from './bot.ts';
import { createCarryOut } from './carry-out.ts';
import { gated } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import { createLifecycle } from './lifecycle.ts';
import { createOutlets } from './outlets.ts';
import { createOwnPlace } from './own-place.ts';
import { isHeardLater, tooFast } from './pacing.ts';
import { nameIn, parse, seenIn } from './parse.ts';
import type { People } from './people.ts';
import type { Places } from './places.ts';
import { teamsRoutes } from './receive.ts';
import { refuse } from './refusing.ts';
import { createSources } from './source-text.ts';
import { tabBody } from './tab-body.ts';
import { teamsConnection } from './teams-connection.ts';
import type { TeamsConnection, TeamsDeps } from './teams-deps.ts';
import type { Tenants } from './tenants.ts';
import type { ByPerson, Told } from './told.ts';
import { createWhisper, outgoing } from './whisper.ts';
import { createWholeValues } from './whole-values.ts';
import { createWork } from './work.ts';

/** A database that hasn't written it down by now is said to have failed, while Teams still listens. */
const ACCEPT_MS = 4_000;
/** Works at the database at the same time, of a pool of ten. */
const AT_ONCE = 6;

export type Hearing = {
  /** `POST /api/messages`. */
  routes: Hono;
  /** A button of the personal tab. */
  press(connection: TeamsConnection, told: Pressed): Promise<Answered>;
  /** Carries out what was accepted and not carried out; how many. */
  late(): Promise<number>;
  /** Hears nothing new, and lets what is under way finish, for up to 10 s. */
  stop(): Promise<void>;
};

/**
 * Kept's ears in Teams. What is accepted lies in the inbox before it is carried out, and whatever becomes of this
 * process, it is done, once.
 *
 *   arrival → whose? → parse → connection → inbox → work → the answer → done
 *                                  │          └ down: a sentence, and what was typed stays
 *                                  └ suggestions, live fields, pages and dialogs that open go by without the inbox
 */
export function createHearing(parts: {
  deps: TeamsDeps;
  bot: Bot;
  places: Places;
  people: People;
  tenants: Tenants;
  audience: AudienceOf;
  /** `none` where the client looks nothing up as one types. */
  lookups?: 'none';
}): Hearing {
  const { deps, bot, places, people, tenants, audience, ...rest } = parts;
  const { log, clock, inbox } = deps;
  const gate = createGate(AT_ONCE);
  const asked = gated(deps, people, gate, false);
  const urgently = gated(deps, people, gate, true);
  const sources = createSources(urgently);
  const whisper = createWhisper({ bot, places, log });
  const whole = createWholeValues({ inbox: urgently.inbox, clock, newId: deps.newId });
  const answer = createAnswer({ deps: urgently, places, whisper, whole, ...rest });
  const underWay = createUnderWay(log);
  const outlets = createOutlets({ whisper, underWay });
  const ownPlace = createOwnPlace({ bot, places });
  const carry = (on: typeof asked) =>
    createCarryOut({ asked: on, sources, whole, answer, audience, ownPlace, places, log });
  const carryOutFirst = carry(urgently);
  const carryOutInTurn = carry(asked);
  const work = createWork({
    carryOut: (job) => (job.told.kind === 'message' ? carryOutInTurn(job) : carryOutFirst(job)),
    lifecycle: createLifecycle({ asked, audience, people, tenants, places, whisper }),
    outlets,
    inbox,
    underWay,
    clock,
    log,
  });
  const answeredAtOnce = createAnsweredAtOnce({ deps, asked: urgently, audience, outlets, work, underWay });
  const accept = createAccepting({ inbox, work, outlets, underWay, clock, newId: deps.newId });
  let isStopping = false;

  async function hear(body: object, arrival: Arrival): Promise<void> {
    const parsed = parse(body);
    if (!parsed.ok) {
      const isIgnored = parsed.why === 'ignored';
      const isInvoke = 'type' in body && body.type === 'invoke';
      log[isIgnored ? 'debug' : 'warn'](
        { reason: parsed.reason },
        isIgnored ? 'nothing for Kept' : 'what Teams sent can’t be read',
      );
      return arrival.answer({ how: isIgnored ? (isInvoke ? 'unknown' : 'accepted') : 'unreadable' });
    }
    const { told } = parsed;
    if (!tenants.isAllowed(told.tenantId)) {
      log.warn({ kind: told.kind, tenantId: told.tenantId }, 'a tenant that isn’t let in speaks to Kept');
      return arrival.answer({ how: 'not let in' });
    }
    await taking(told, arrival, async (deadline) => {
      const connection = await tenants.meet(told, seenIn(body));
      if (connection?.status !== 'connected') {
        log.warn({ kind: told.kind }, 'a tenant that isn’t connected speaks to Kept');
        return refuse.notInstalled(arrival, told);
      }
      const isLater = await tooFast(deps.pace, connection, told);
      if (isLater !== null && !isHeardLater(told)) {
        // No 429: for what Teams sends, that would be an error of ours and no word to anybody.
        return refuse.notTaken(arrival, told, () => {}, words.tooFast);
      }
      await noteWhere(connection, told, nameIn(body));
      if (!deadline.isOver) {
        await take(connection, told, body, { arrival, deadline, isLater: isLater !== null });
      }
    });
  }

  /** Says that it isn't taken when the database is down, or too slow. */
  async function taking(
    told: Told,
    arrival: Arrival,
    begin: (deadline: Deadline) => Promise<void>,
  ): Promise<void> {
    const miss = () => refuse.notTaken(arrival, told, (shown) => void underWay.track(say(told, shown)));
    if (isStopping) {
      return miss();
    }
    const deadline = { isOver: false };
    const timer = setTimeout(
      () => {
        if (arrival.isOpen()) {
          deadline.isOver = true;
          log.error({ kind: told.kind }, 'the database is too slow: what came was not taken');
          miss();
        }
      },
      leftOf(ACCEPT_MS, arrival),
    );
    try {
      await begin(deadline);
    } catch (err) {
      log.error({ err, kind: told.kind }, 'what came could not be written down, so it was not taken');
      if (arrival.isOpen()) {
        miss();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Where it was said, for what will be said there. */
  async function noteWhere(connection: TeamsConnection, told: Told, name: string | null): Promise<void> {
    if (told.by === 'teams' && told.lifecycle.is === 'uninstalled') {
      return;
    }
    try {
      // An extension is used where Kept isn't, too.
      const isAnywhere =
        told.kind === 'link' ||
        told.kind === 'suggest' ||
        (told.kind === 'dialog' && told.of === 'extension');
      await places[isAnywhere ? 'glimpsed' : 'seen'](connection, told, name ?? undefined);
    } catch (err) {
      log.warn({ err, connection: connection.id }, 'where something was said could not be written down');
    }
  }

  async function say({ where, tenantId }: Told, shown: Shown): Promise<void> {
    const { serviceUrl, conversation, kind } = where;
    await bot.post({ serviceUrl, tenantId, conversation, kind }, outgoing(shown));
  }

  async function take(connection: TeamsConnection, told: Told, body: object, to: To): Promise<void> {
    if (told.by === 'person' && (await answeredAtOnce(connection, told, to.arrival))) {
      return;
    }
    await accept(connection, told, body, to);
  }

  async function workLate(row: InboxRow): Promise<void> {
    const parsed = parse(row.body);
    const found = await deps.connections.get(row.workspaceId, row.connection);
    const isOpen = found?.status === 'connected' && tenants.isAllowed(found.externalId);
    const connection = isOpen ? teamsConnection(found) : null;
    if (!parsed.ok || connection === null) {
      const why = parsed.ok ? 'its tenant is not connected' : `it can’t be read any more: ${parsed.reason}`;
      log.error({ heard: row.id, why }, 'what was heard can’t be carried out');
      await inbox.done(row, clock(), why);
      return;
    }
    await work.late(row, connection, parsed.told);
  }

  return {
    routes: teamsRoutes({
      authenticate: bot.authenticate,
      hear: (body, arrival) => underWay.follow(hear(body, arrival)),
      log,
    }),
    press: async (connection, told) => {
      const { arrival, answered } = arrive();
      await underWay.follow(
        taking(told, arrival, (deadline) =>
          take(connection, told, tabBody(told), { arrival, deadline, isLater: false }),
        ),
      );
      return answered;
    },
    late: async () => {
      let count = 0;
      for (;;) {
        const room = isStopping ? 0 : work.room();
        const rows = room === 0 ? [] : await inbox.claimLate('teams', clock(), room, work.leaseMs);
        if (rows.length === 0) {
          return count;
        }
        count += rows.length;
        await Promise.all(rows.map((row) => underWay.track(workLate(row))));
      }
    },
    stop: async () => {
      isStopping = true;
      await underWay.idle();
    },
  };
}

type Pressed = Extract<ByPerson, { kind: 'press' }>;
