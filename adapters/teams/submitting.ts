import type { Log, Who } from '../../src/app/deps.ts';
import { type CasePlace, casePlaceOf, type ReadersThere } from '../../src/conversation/case-place.ts';
import type { Place } from '../../src/conversation/intent.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { sendForm, withFaults } from '../../src/conversation/sent-form.ts';
import { withTyped } from '../../src/conversation/typed-card.ts';
import { text } from '../../src/conversation/view.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Answer } from './answer.ts';
import { type AudienceOf, NeverSeen } from './audience.ts';
import { isTeams, troubleOf } from './errors.ts';
import { type FilledForm, readForm } from './filled-form.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { InPlace } from './in-place.ts';
import type { Job } from './job.ts';
import type { FormMeta } from './meta.ts';
import type { OwnPlace } from './own-place.ts';
import type { Places } from './places.ts';
import type { Sources } from './source-text.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';
import { typedInto } from './typed-into.ts';
import type { WholeValues } from './whole-values.ts';

type Parts = {
  asked: Asked;
  sources: Sources;
  whole: Pick<WholeValues, 'read'>;
  answer: Answer;
  inPlace: InPlace;
  audience: AudienceOf;
  ownPlace: OwnPlace;
  places: Pick<Places, 'personal' | 'nameOf'>;
  log: Log;
};

/** Carries out a form that was sent. */
export async function submit(
  parts: Parts,
  job: Job,
  who: Who,
  { data, meta }: { data: unknown; meta: FormMeta },
): Promise<void> {
  const { asked, answer, inPlace } = parts;
  const { connection, told } = job;
  const filled = await filledIn(parts, connection, told, { data, meta });
  const outcome = await sendForm(
    {
      hear: asked.hear,
      casePlaceOf: async (place) =>
        placeFor(parts, connection, told.from.personId, await parts.ownPlace(connection, told, place)),
      warned: words.warned,
      begin: noteCard([text(words.begin)]),
    },
    who,
    filled,
  );
  switch (outcome.kind) {
    case 'form':
      return answer.formAgain(job, outcome.form, meta);
    case 'card':
      return answer.card(job, withTyped(outcome.card, typedInto(filled.sent)), {
        back: meta.under,
        isEnd: true,
      });
    case 'saved': {
      const where = await whereSaid(parts, connection, outcome.casePlace);
      const said = where === null ? words.saved : `${words.saved} ${where}`;
      return inPlace(job, who, { under: meta.under, said, tone: 'good' });
    }
    default:
      return unreachable(outcome);
  }
}

/** Draws the form again as it is filled in, with a value that was offered put in. Nothing is saved. */
export async function preview(
  parts: Parts,
  job: Job,
  who: Who,
  change: { data: unknown; meta: FormMeta; set: { field: string; value: string } | null },
): Promise<void> {
  const { asked, answer } = parts;
  const { data, meta, set } = change;
  const { connection, told } = job;
  const filled = await filledIn(parts, connection, told, { data, meta });
  const values = set === null ? filled.values : { ...filled.values, [set.field]: set.value };
  const reply = await asked.hear(who, { kind: 'preview', ...filled.intent, values });
  if (reply.kind === 'form') {
    return answer.formAgain(job, withFaults(reply.form, filled.faults), meta);
  }
  return answer.card(
    job,
    reply.kind === 'card' ? withTyped(reply.card, typedInto(filled.sent)) : noteCard([text(words.begin)]),
    { back: meta.under },
  );
}

function filledIn(
  { asked: { people }, sources, whole }: Parts,
  connection: TeamsConnection,
  { where, from }: ByPerson,
  sent: { data: unknown; meta: FormMeta },
): Promise<FilledForm> {
  const conversation = where.conversation === '' ? null : where.conversation;
  return readForm({ people, sources, whole }, connection, {
    ...sent,
    personId: from.personId,
    conversation,
  });
}

function placeFor(
  { asked, audience, places, log }: Parts,
  connection: TeamsConnection,
  personId: string,
  place: Place,
): Promise<CasePlace> {
  return casePlaceOf(
    {
      readers: () => readersOf(audience, connection, place.channel, log),
      home: () => asked.homeChannel(connection.workspaceId, connection.id),
      own: () => places.personal(connection, personId),
    },
    place,
  );
}

async function readersOf(
  audience: AudienceOf,
  connection: TeamsConnection,
  conversation: string,
  log: Log,
): Promise<ReadersThere> {
  try {
    return await audience.of(connection, conversation);
  } catch (error) {
    if (!isTeams(error) && !(error instanceof NeverSeen)) {
      throw error;
    }
    const kind = isTeams(error) ? troubleOf(error).kind : 'gone';
    log.info({ kind, connection: connection.id }, 'who reads along in a conversation can’t be told');
    // A refusal stays one. Else it stays where it was opened: whatever is sent there waits until it can be told.
    return kind === 'shut' || kind === 'gone' || kind === 'our fault' ? 'unseen' : 'team';
  }
}

/** Where the case is, for who opened it elsewhere; null where they see it come. */
async function whereSaid(
  { places }: Parts,
  connection: TeamsConnection,
  casePlace: CasePlace | null,
): Promise<string | null> {
  if (casePlace === null || casePlace.moved === null) {
    return null;
  }
  const { place, moved } = casePlace;
  switch (moved.to) {
    case 'own':
      return `${words.inOwnMessages[moved.why]} ${words.onlyYou}`;
    case 'nowhere':
      return words.nowhere;
    case 'home':
      return words.elsewhere[moved.why](
        (await places.nameOf(connection, place.channel)) ?? words.teamChannel,
      );
    default:
      return unreachable(moved.to);
  }
}
