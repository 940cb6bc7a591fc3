import { Hono } from 'hono';
import { createGate } from '../../src/app/gate.ts';
import type { InboxRow } from '../../src/app/inbox.ts';
import { createUnderWay } from '../../src/app/under-way.ts';
import { createAnswer } from './answer.ts';
import { type Arrival, leftOf } from './arrival.ts';
import type { AudienceOf } from './audience.ts';
import { createBolt } from './bolt.ts';
import { createCarryOut } from './carry-out.ts';
import { channelName, placeFor } from './case-place.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { createDoubleClicks } from './double-click.ts';
import { gated } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import { createHome } from './home.ts';
import type { Install } from './install.ts';
import { createKnownTeams, slackConnection } from './known-teams.ts';
import { createLifecycle } from './lifecycle.ts';
import { isHeardLater, mayTell, tooFast } from './pacing.ts';
import { parse } from './parse.ts';
import type { People } from './people.ts';
import { changeOf, isLink } from './pressed.ts';
import { createPreviewing } from './previewing.ts';
import { slackRoutes } from './receive-http.ts';
import { createSocket } from './receive-socket.ts';
import { refuse } from './refusing.ts';
import type { SlackConfig } from './slack-config.ts';
import type { ClientOf, SlackConnection, SlackDeps } from './slack-deps.ts';
import { createSources } from './source-text.ts';
import { storable } from './storable.ts';
import { suggestions } from './suggest.ts';
import type { Told } from './told.ts';
import { createWhisper } from './whisper.ts';
import { createWork } from './work.ts';

/** Slack gives 3 s for an answer; the way there and back takes some of it. */
const SUGGEST_MS = 2_000;
/** Works at the database at the same time: more of them would only make those wait for whom Slack waits. */
const AT_ONCE = 3;

export type Hearing = {
  /** `POST /slack/events`; nothing where Kept hears by a socket. */
  routes: Hono;
  start(): Promise<void>;
  /** Carries out what was accepted and not carried out; how many. */
  late(): Promise<number>;
  /** Hears nothing new, and lets what is under way finish, for up to 10 s. */
  stop(): Promise<void>;
};

/**
 * Kept's ears in Slack. What is accepted lies in the inbox before Slack is told so; the work comes after that, and
 * whatever becomes of this process, it is done, once.
 *
 *   arrival → parse → connection → inbox → "accepted" → work → answer → done
 *                         │           └ down: turned away, or a sentence
 *                         └ suggestions and live fields go by without the inbox: nothing is owed
 */
export function createHearing(parts: {
  config: SlackConfig;
  deps: SlackDeps;
  clientOf: ClientOf;
  audience: AudienceOf;
  people: People;
  install: Pick<Install, 'tokensRevoked' | 'appUninstalled'>;
}): Hearing {
  const { config, deps, clientOf, audience, people, install } = parts;
  const { log, clock, inbox } = deps;
  const gate = createGate(AT_ONCE);
  const asked = gated(deps, people, gate, false);
  const urgently = gated(deps, people, gate, true);
  const known = createKnownTeams({ connections: deps.connections, clock, log });
  const sources = createSources(asked);
  const whisper = createWhisper({ clientOf, log });
  const home = createHome({ asked, clientOf, log });
  const lifecycle = createLifecycle({ ...deps, audience, people, install, known, home });
  const preview = createPreviewing({ asked: urgently, sources: createSources(urgently), clientOf, log });
  const answer = createAnswer(asked, whisper);
  const carryOut = createCarryOut({
    asked,
    sources,
    answer,
    home,
    clientOf,
    audience,
    submitting: {
      deps: urgently,
      people: urgently.people,
      sources: createSources(urgently),
      whisper,
      channelName: (connection, channel) => channelName({ clientOf, log }, connection, channel),
      casePlaceOf: (connection, userId, place) =>
        placeFor({ deps: urgently, clientOf, audience, log }, connection, userId, place),
    },
    publicUrl: deps.publicUrl,
    log,
  });
  const clicks = createDoubleClicks();
  const underWay = createUnderWay(log);
  const work = createWork({ carryOut, lifecycle, answer, clientOf, inbox, underWay, clock, log });
  let isStopping = false;

  async function hear(body: object, arrival: Arrival): Promise<void> {
    const parsed = parse(body);
    if (!parsed.ok) {
      if (parsed.why === 'ignored') {
        log.debug({ reason: parsed.reason }, 'nothing for Kept');
        arrival.accept();
        return;
      }
      log.warn({ reason: parsed.reason }, 'what Slack sent can’t be read');
      await refuse.unreadable(arrival, parsed.responseUrl);
      return;
    }
    const { told } = parsed;
    if (isStopping) {
      refuse.notTaken(arrival, told);
      return;
    }
    const deadline = createDeadline(arrival, () => {
      log.error({ kind: told.kind }, 'the database is too slow: what came was not taken');
      refuse.notTaken(arrival, told);
    });
    try {
      await take(told, body, arrival, deadline);
    } catch (err) {
      log.error({ err, kind: told.kind }, 'what came could not be written down, so it was not taken');
      if (!deadline.isOver()) {
        refuse.notTaken(arrival, told);
      }
    } finally {
      deadline.end();
    }
  }

  async function take(told: Told, body: object, arrival: Arrival, deadline: Deadline): Promise<void> {
    const connection = await known.find(told.team);
    if (deadline.isOver()) {
      return;
    }
    if (connection === null || connection.status === 'disconnected') {
      log.warn({ ...told.team, kind: told.kind }, 'a Slack team that isn’t connected speaks to Kept');
      refuse.notInstalled(arrival, told);
      return;
    }
    const isLater = await tooFast(deps.pace, connection, told);
    if (isLater !== null && !isHeardLater(told)) {
      return refuse.tooFast(arrival, told, () => mayTell(deps.pace, connection, told));
    }
    if (!(await isAnsweredAtOnce(connection, told, arrival))) {
      await accept(connection, told, body, { arrival, deadline, isLater: isLater !== null });
    }
  }

  /** What owes nothing: it is answered at once or not at all, and comes again by itself. */
  async function isAnsweredAtOnce(
    connection: SlackConnection,
    told: Told,
    arrival: Arrival,
  ): Promise<boolean> {
    const isOwn = told.by === 'person' && told.userId === connection.facts.botUserId;
    const isElsewhere =
      told.kind === 'thread message' &&
      ((told.parentUserId !== null && told.parentUserId !== connection.facts.botUserId) ||
        // It comes as a mention, too.
        told.text.includes(`<@${connection.facts.botUserId}`));
    if (isOwn || isElsewhere || told.kind === 'closed' || (told.kind === 'action' && isLink(told))) {
      arrival.accept();
      return true;
    }
    if (told.kind === 'suggest') {
      const withinMs = leftOf(SUGGEST_MS, arrival);
      try {
        arrival.accept(await suggestions(urgently, connection, { ...told, withinMs }));
      } catch (err) {
        log.warn({ err, connection: connection.id }, 'no customers could be suggested');
        arrival.accept({ options: [] });
      }
      return true;
    }
    const change = told.kind === 'action' ? changeOf(told) : null;
    if (told.kind === 'action' && change !== null) {
      arrival.accept();
      void underWay.track(preview(connection, told.userId, change));
      return true;
    }
    return false;
  }

  /** Writes it down, then says so, then works on it. */
  async function accept(
    connection: SlackConnection,
    told: Told,
    body: object,
    { arrival, deadline, isLater }: { arrival: Arrival; deadline: Deadline; isLater: boolean },
  ): Promise<void> {
    if (clicks.isSecond(told)) {
      arrival.accept();
      return;
    }
    const { workspaceId, id } = connection;
    const heard = { id: deps.newId(), workspaceId, connection: id, key: told.key, body: storable(body) };
    if (isLater) {
      // It is found there, as what a process that died has left: taken, and done in its turn.
      await inbox.accept(heard, clock(), work.laterMs);
      deadline.end();
      return arrival.accept();
    }
    const begun = work.prepare(heard, connection, told, arrival);
    let how: 'new' | 'repeat';
    try {
      how = await inbox.accept(heard, clock(), work.leaseMs);
    } catch (err) {
      begun.drop(words.notTaken);
      clicks.forget(told);
      throw err;
    }
    const isSaidNotToBe = deadline.isOver() && refuse.isSaid(told);
    deadline.end();
    if (how === 'repeat') {
      begun.drop(words.twice);
      await work.repeat(told, arrival);
    } else if (isSaidNotToBe) {
      begun.drop(words.notTaken);
      clicks.forget(told);
      await inbox.done(heard, clock(), 'it was said not to be taken, for the database was too slow');
    } else {
      await begun.go();
    }
  }

  async function workLate(row: InboxRow): Promise<void> {
    const parsed = parse(row.body);
    const found = await deps.connections.get(row.workspaceId, row.connection);
    const connection = found?.status === 'connected' ? slackConnection(found) : null;
    if (!parsed.ok || connection === null) {
      const why = parsed.ok ? 'its team is not connected' : `it can’t be read any more: ${parsed.reason}`;
      log.error({ heard: row.id, why }, 'what was heard can’t be carried out');
      await inbox.done(row, clock(), why);
      return;
    }
    await work.late(row, connection, parsed.told);
  }

  const { receive } = config;
  const bolt = createBolt({
    receiver: { init: () => undefined, start: () => Promise.resolve(), stop: () => Promise.resolve() },
    hear: (body, arrival) => underWay.follow(hear(body, arrival)),
    log,
  });
  const socket =
    receive.by === 'socket'
      ? createSocket({ appToken: receive.appToken, apiUrl: config.apiUrl, takeIn: bolt.takeIn, log })
      : null;
  const ready = bolt.init();

  return {
    routes:
      receive.by === 'http'
        ? slackRoutes({ signingSecret: receive.signingSecret, takeIn: bolt.takeIn, log })
        : new Hono(),
    start: async () => {
      await ready;
      socket?.start();
    },
    late: async () => {
      let count = 0;
      for (;;) {
        const room = isStopping ? 0 : work.room();
        const rows = room === 0 ? [] : await inbox.claimLate('slack', clock(), room, work.leaseMs);
        if (rows.length === 0) {
          return count;
        }
        count += rows.length;
        await Promise.all(rows.map((row) => underWay.track(workLate(row))));
      }
    },
    stop: async () => {
      isStopping = true;
      await socket?.stop();
      await underWay.idle();
    },
  };
}
