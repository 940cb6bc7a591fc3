import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../src/app/deps.ts';
import { type Arrival, leftOf } from './arrival.ts';
import { troubleOf } from './errors.ts';
import { namedView } from './named-view.ts';

/** A form that is ready within this time opens at once; else something stands before it. Slack gives 3 s. */
const WAIT_VIEW_AFTER_MS = 700;

/** The one modal that may come of something heard. */
export type Opening = {
  /** Opens a modal that says *one moment* when nothing stands in time. */
  expect(arrival: Pick<Arrival, 'at'>, wait: () => View): void;
  /** Whether a modal stands for it, or is being opened. */
  isStanding(): boolean;
  /** Shows the view: in the place of what stands, else opened. False when there is no way to. */
  show(view: View): Promise<boolean>;
  /** Nothing will be shown. */
  give(): void;
};

/**
 * Opens and replaces a modal by the trigger of what was heard. Its `external_id` is the heard's id, so that another
 * process finds what this one opened. `under` is the modal that a press came from: what it opens goes on top.
 */
export function createOpening(parts: {
  client: () => Promise<WebClient>;
  heardId: string;
  triggerId: string | null;
  under: string | null;
  /** The modal that it takes the place of; then nothing is opened. */
  replaces: string | null;
  log: Log;
}): Opening {
  const { client, heardId, triggerId, under, replaces, log } = parts;
  let timer: NodeJS.Timeout | null = null;
  let standing: Promise<string | null> | null = null;

  const stopTimer = () => {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
  };

  /** The id of the modal that was opened; null when the trigger is good for nothing any more. */
  async function open(view: View): Promise<string | null> {
    if (triggerId === null) {
      return null;
    }
    const trigger_id = triggerId;
    const api = await client();
    try {
      const opened =
        under === null
          ? await api.views.open({ trigger_id, view: namedView(view, heardId) })
          : await api.views.push({ trigger_id, view: namedView(view, heardId) });
      return opened.view?.id ?? null;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'doubtful') {
        // It may stand all the same.
        return update({ external_id: heardId }, view);
      }
      if (trouble.kind === 'refused' && trouble.code === 'push_limit_reached' && under !== null) {
        return update({ view_id: under }, view);
      }
      const isOld = trouble.kind === 'refused' && TRIGGER_SPENT.has(trouble.code);
      if (!isOld) {
        log.error({ trouble, heardId }, 'a view could not be opened in Slack');
      }
      return null;
    }
  }

  async function update(
    which: { view_id: string } | { external_id: string },
    view: View,
  ): Promise<string | null> {
    const api = await client();
    try {
      return (await api.views.update({ ...which, view: namedView(view, heardId) })).view?.id ?? null;
    } catch (error) {
      const trouble = troubleOf(error);
      const isGone = trouble.kind === 'refused' && trouble.code === 'not_found';
      if (!isGone) {
        log.warn({ trouble, heardId }, 'a view could not be drawn again in Slack');
      }
      return null;
    }
  }

  return {
    expect: (arrival, wait) => {
      timer = setTimeout(
        () => {
          timer = null;
          standing = open(wait());
          // Whoever shows the real thing hears of it.
          standing.catch(() => undefined);
        },
        leftOf(WAIT_VIEW_AFTER_MS, arrival),
      );
    },
    isStanding: () => standing !== null,
    give: stopTimer,
    show: async (view) => {
      stopTimer();
      const before = standing === null ? null : await standing;
      if (before !== null) {
        return (await update({ view_id: before }, view)) !== null;
      }
      if (replaces !== null) {
        return (await update({ view_id: replaces }, view)) !== null;
      }
      const shown =
        triggerId === null ? update({ external_id: heardId }, view) : standing === null ? open(view) : null;
      standing = shown === null ? null : shown.catch(() => null);
      return shown !== null && (await shown) !== null;
    },
  };
}

/** Codes of views.open with which a trigger is over (docs.slack.dev/reference/methods/views.open). */
const TRIGGER_SPENT: ReadonlySet<string> = new Set([
  'expired_trigger_id',
  'exchanged_trigger_id',
  'invalid_trigger_id',
  'trigger_expired',
  'trigger_exchanged',
  'invalid_trigger',
]);
