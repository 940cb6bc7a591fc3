import type { Result } from '../../app/act.ts';
import type { Deps, Who } from '../../app/deps.ts';
import type { Calendar } from '../../domain/calendar.ts';
import type { CarePromise } from '../../domain/care-promise.ts';
import { promiseOf } from '../../domain/case-file.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Member, Team } from '../../domain/people.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Block, Subject } from '../card.ts';
import type { Field, Form, Values } from '../form.ts';
import type { Place } from '../intent.ts';
import type { View } from '../view.ts';

/** What a form is filled from: who fills it, about what, and when. */
export type FormContext = {
  deps: Deps;
  who: Who;
  me: Member;
  calendar: Calendar;
  team: Team;
  policy: Policy;
  now: Instant;
  subject: Subject;
  source: Form['source'];
  place: Place;
  nonce: string;
};

/** The same, of a form about a case that is there. */
export type CaseContext = FormContext & { view: View };

/** A form as its values have it. `run` carries it out; null while something is missing or wrong. */
export type Filled = {
  title: string;
  submit: string;
  intro: Block[];
  fields: Field[];
  notes: Block[];
  run: (() => Promise<Result>) | null;
};

/** Describes a form and reads it: the same function for showing, previewing and submitting. */
export type FillCaseForm = (context: CaseContext, values: Values) => Promise<Filled>;

/** Whether any field is wrong or missing. */
export function isComplete(fields: readonly Field[]): boolean {
  return fields.every(({ error }) => error === null);
}

/** The promise that a form is about: the one it names, else the case's first that needs somebody. */
export function promiseOfForm({ view, subject }: CaseContext): CarePromise | undefined {
  return subject.promiseId === null ? undefined : promiseOf(view.file, subject.promiseId);
}
