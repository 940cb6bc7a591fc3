import type { Who } from '../app/deps.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Card } from './card.ts';
import type { CasePlace } from './case-place.ts';
import type { Form } from './form.ts';
import type { Intent, Place, Reply } from './intent.ts';
import { strong } from './view.ts';
import { canBeWarned, warningOf } from './warning.ts';

/** A form as somebody has sent it. */
export type SentForm = {
  intent: Omit<Extract<Intent, { kind: 'submit' }>, 'kind'>;
  /** By field, what is wrong with who was picked there. */
  faults: ReadonlyMap<string, string>;
  /** Whether what the form says against what was typed is what they have seen. */
  isSeen: (warning: string) => boolean;
};

/** What comes of it. */
export type Outcome =
  /** Nothing is saved: something has to be mended, or looked at first. */
  | { kind: 'form'; form: Form }
  | { kind: 'card'; card: Card }
  /** `casePlace`: of a case that was opened. */
  | { kind: 'saved'; casePlace: CasePlace | null };

type Parts = {
  hear: (who: Who, intent: Intent) => Promise<Reply>;
  casePlaceOf: (place: Place) => Promise<CasePlace>;
  /** What stands over a warning that they have not seen. */
  warned: string;
  /** For a form that can't be shown again. */
  begin: Card;
};

/** Carries out a form that was sent: the same on every chat platform. */
export async function sendForm(parts: Parts, who: Who, sent: SentForm): Promise<Outcome> {
  const { intent, faults } = sent;
  if (faults.size > 0) {
    const reply = await parts.hear(who, { kind: 'preview', ...intent });
    return reply.kind === 'form'
      ? { kind: 'form', form: withFaults(reply.form, faults) }
      : { kind: 'card', card: reply.kind === 'card' ? reply.card : parts.begin };
  }
  const warning = canBeWarned(intent.form) ? await unseenWarning(parts, who, sent) : null;
  if (warning !== null) {
    return { kind: 'form', form: warning };
  }
  const casePlace = intent.form === 'open' ? await parts.casePlaceOf(intent.place) : null;
  const placed = casePlace === null ? intent : { ...intent, place: casePlace.place };
  const reply = await parts.hear(who, { kind: 'submit', ...placed });
  switch (reply.kind) {
    case 'form':
    case 'card':
      return reply;
    case 'suggestions':
    case 'done':
    case 'go':
      return { kind: 'saved', casePlace };
    default:
      return unreachable(reply);
  }
}

/** The form with what is wrong with who was picked in it. */
export function withFaults(form: Form, faults: ReadonlyMap<string, string>): Form {
  const fields = form.fields.map((field) => ({ ...field, error: faults.get(field.name) ?? field.error }));
  return faults.size === 0 ? form : { ...form, fields };
}

/** The form with what stands against what was typed, where that wasn't shown; null where nothing is to be looked at. */
async function unseenWarning(parts: Parts, who: Who, { intent, isSeen }: SentForm): Promise<Form | null> {
  const reply = await parts.hear(who, { kind: 'preview', ...intent });
  if (reply.kind !== 'form') {
    return null;
  }
  const warning = warningOf(reply.form);
  if (warning === '' || isSeen(warning)) {
    return null;
  }
  const note = { b: 'text' as const, line: [strong(parts.warned)] };
  return { ...reply.form, notes: [note, ...reply.form.notes] };
}
