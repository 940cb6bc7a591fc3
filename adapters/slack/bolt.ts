import { App, type Receiver } from '@slack/bolt';
import type { Log } from '../../src/app/deps.ts';
import type { Arrival } from './arrival.ts';
import { slackLogger } from './clients.ts';

/** Slack says which delivery of the same it is. */
export type Retry = { num: number | null; reason: string | null };

/** Takes a body in: Bolt reads what kind it is, and hands it to our ears. Never throws; the arrival is answered. */
export type TakeIn = (body: object, arrival: Arrival, retry: Retry) => Promise<void>;

/**
 * A Bolt app with one listener for everything. It answers nothing itself: Bolt acknowledges events before anybody
 * has heard them, and what Kept acknowledges is written down first. Nor does it look anybody up: who a team is
 * lies in our database.
 */
export function createBolt(parts: {
  receiver: Receiver;
  hear: (body: object, arrival: Arrival) => Promise<void>;
  log: Log;
}): { init: () => Promise<void>; takeIn: TakeIn } {
  const { receiver, hear, log } = parts;
  const arrivals = new WeakMap<object, Arrival>();

  async function handOn(body: object): Promise<void> {
    const arrival = arrivals.get(body);
    if (arrival === undefined) {
      return;
    }
    arrivals.delete(body);
    try {
      await hear(body, arrival);
    } catch (err) {
      log.error({ err }, 'what Slack sent could not be heard');
      arrival.turnAway();
    }
  }

  const app = new App({
    receiver,
    authorize: () => Promise.resolve({}),
    deferInitialization: true,
    convoStore: false,
    ignoreSelf: false,
    logger: slackLogger(log, { part: 'bolt' }),
  });
  app.use(({ body }) => handOn(body));

  return {
    init: () => app.init(),
    takeIn: async (body, arrival, { num, reason }) => {
      arrivals.set(body, arrival);
      try {
        await app.processEvent({
          body,
          ack: () => Promise.resolve(),
          ...(num === null ? {} : { retryNum: num }),
          ...(reason === null ? {} : { retryReason: reason }),
        });
      } catch (error) {
        // Bolt trips over bodies that look like Slack's and aren't.
        log.warn({ err: error }, 'what Slack sent could not be told apart');
      }
      // Whoever sent what Bolt doesn't know may be answered all the same.
      await handOn(body);
    },
  };
}
