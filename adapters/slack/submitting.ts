import type { View } from '@slack/types';
import type { Who } from '../../src/app/deps.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { CasePlace } from '../../src/conversation/case-place.ts';
import type { Form } from '../../src/conversation/form.ts';
import type { Place } from '../../src/conversation/intent.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { sendForm } from '../../src/conversation/sent-form.ts';
import { withTyped } from '../../src/conversation/typed-card.ts';
import { text } from '../../src/conversation/view.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { cardView, formContextOf } from './answer.ts';
import { type FilledForm, readForm, refilled } from './filled-form.ts';
import { errorsOf, readValues } from './form-values.ts';
import { drawFormView } from './form-view.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { Job } from './job.ts';
import type { FormMeta } from './meta.ts';
import { plain } from './modal.ts';
import type { SentView } from './payloads.ts';
import type { People } from './people.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';
import type { Sources } from './source-text.ts';
import { typedInto } from './typed-into.ts';
import type { Whisper } from './whisper.ts';

/**
 * What comes of a submission. `ack` is for when Slack still waits for its answer; `view` stands in the place of the
 * form when that was given before. `isToBeSeen`: it wasn't saved, which they have to know.
 */
export type Submitted = {
  ack: object;
  view: View;
  isToBeSeen: boolean;
  after: (() => Promise<void>) | null;
};

type Parts = {
  deps: Pick<SlackDeps, 'hear' | 'connections' | 'threadOf'>;
  people: Pick<People, 'memberFor'>;
  sources: Sources;
  whisper: Whisper;
  /** `#care`; null when it can't be told. */
  channelName: (connection: SlackConnection, channel: string) => Promise<string | null>;
  casePlaceOf: (connection: SlackConnection, userId: string, place: Place) => Promise<CasePlace>;
};

/** Carries out a submitted form. */
export async function submit(
  parts: Parts,
  job: Job,
  who: Who,
  sent: { view: SentView; meta: FormMeta },
): Promise<Submitted> {
  const { deps } = parts;
  const { connection, told } = job;
  const { view, meta } = sent;
  const filled = await readForm(parts, connection, view, meta);
  const outcome = await sendForm(
    {
      hear: deps.hear,
      casePlaceOf: (place) => parts.casePlaceOf(connection, told.userId, place),
      warned: words.warned,
      begin: noteCard([text(words.begin)]),
    },
    who,
    filled,
  );
  switch (outcome.kind) {
    case 'form':
      return mended(parts, connection, sent, filled, outcome.form);
    case 'card':
      return asCard(parts, connection, withTyped(outcome.card, typedInto(view)));
    case 'saved': {
      const { casePlace } = outcome;
      const saved = noteCard([text(words.saved)], 'good');
      const isOnTop =
        view.root_view_id !== null && view.root_view_id !== undefined && view.root_view_id !== view.id;
      return {
        // What stands below it shows how things were before.
        ack: isOnTop ? { response_action: 'clear' } : {},
        view: await cardView(deps, connection, saved),
        isToBeSeen: false,
        after:
          casePlace === null || casePlace.moved === null
            ? null
            : () => tellPlace(parts, job, meta.place, casePlace),
      };
    }
    default:
      return unreachable(outcome);
  }
}

/** The form again, with what has to be mended: as errors in place where nothing else has changed. */
async function mended(
  { deps }: Parts,
  connection: SlackConnection,
  { view, meta }: { view: SentView; meta: FormMeta },
  filled: FilledForm,
  form: Form,
): Promise<Submitted> {
  const again = refilled(meta, form, filled.values);
  const drawn = drawFormView(form, again, await formContextOf(deps, connection, form));
  const errors = errorsOf(form, meta);
  const shown = new Set([
    ...Object.keys(readValues(view.state, meta).values),
    ...Object.keys(readValues(view.state, meta).users),
  ]);
  const isSame =
    form.notes.length === 0 &&
    form.fields.length === shown.size &&
    form.fields.every(
      ({ name, input }) => shown.has(name) && !(input.kind === 'time' && input.choices.length > 0),
    ) &&
    Object.keys(again.filled).every((name) => again.filled[name] === meta.filled[name]);
  const ack =
    isSame && Object.keys(errors).length > 0
      ? { response_action: 'errors', errors }
      : { response_action: 'update', view: drawn };
  return { ack, view: drawn, isToBeSeen: true, after: null };
}

/** A card in the place of the form. */
export async function asCard(
  { deps }: { deps: Parameters<typeof cardView>[0] },
  connection: SlackConnection,
  card: Card,
): Promise<Submitted> {
  const view = await cardView(deps, connection, card);
  return { ack: { response_action: 'update', view }, view, isToBeSeen: true, after: null };
}

/** Says where the case is, in the place where it was opened. */
async function tellPlace(
  parts: Parts,
  job: Job,
  { channel }: Place,
  { place, moved }: CasePlace,
): Promise<void> {
  const spot =
    channel === '' || channel.startsWith('D')
      ? { in: 'view' as const }
      : { in: 'channel' as const, channel, threadTs: null, responseUrl: null };
  if (moved === null) {
    return;
  }
  const said =
    moved.to === 'home'
      ? words.elsewhere[moved.why](
          (await parts.channelName(job.connection, place.channel)) ?? words.teamChannel,
        )
      : `${words.inOwnMessages[moved.why]} ${words.onlyYou}`;
  await parts.whisper(
    { connection: job.connection, userId: job.told.userId, spot },
    { blocks: [{ type: 'section', text: plain(said) }], text: said },
  );
}
