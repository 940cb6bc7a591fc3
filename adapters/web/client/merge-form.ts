import type { Form, Values } from '../../../src/conversation/form.ts';

/** A form being filled in. */
export type Filling = {
  form: Form;
  /** What the fields held at first. */
  initial: Values;
  /** What they hold now. */
  values: Values;
  /** Fields that the person has changed. */
  touched: ReadonlySet<string>;
  /** Those changed since the form was last drawn: what it says of them is out of date. */
  pending: ReadonlySet<string>;
  /** Whether it was submitted and came back: then every error shows. */
  submitted: boolean;
};

/** Begins to fill in a form. */
export function startFilling(form: Form): Filling {
  const values = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
  return { form, initial: values, values, touched: new Set(), pending: new Set(), submitted: false };
}

/** Puts what was typed into a field. */
export function fillIn(filling: Filling, name: string, value: string): Filling {
  return {
    ...filling,
    values: { ...filling.values, [name]: value },
    touched: new Set([...filling.touched, name]),
    pending: new Set([...filling.pending, name]),
  };
}

/**
 * Takes the form as the server drew it again. Errors, readings, choices and notes are the server's; what the
 * person has touched stays as they left it, unless it is a choice that is no longer offered.
 */
export function mergeForm(filling: Filling, drawn: Form, submitted: boolean): Filling {
  const values: Values = {};
  for (const { name, value, input } of drawn.fields) {
    const typed = filling.values[name];
    const keeps =
      typed !== undefined &&
      filling.touched.has(name) &&
      (!('options' in input) || typed === '' || input.options.some((option) => option.value === typed));
    values[name] = keeps ? typed : value;
  }
  return { ...filling, form: drawn, values, pending: new Set(), submitted: filling.submitted || submitted };
}

/** Whether a form that came back is the one being filled in, drawn again, and not a next one. */
export function isSameForm(a: Form, b: Form): boolean {
  return (
    a.id === b.id &&
    a.subject.caseId === b.subject.caseId &&
    a.subject.promiseId === b.subject.promiseId &&
    a.subject.askId === b.subject.askId
  );
}

/** The error to show beside a field: while it is filled in, only of what the person has touched. */
export function shownError({ form, touched, submitted }: Filling, name: string): string | null {
  const error = form.fields.find((field) => field.name === name)?.error ?? null;
  return submitted || touched.has(name) ? error : null;
}

/** Whether closing would lose something that was typed. */
export function isDirty({ initial, values, touched }: Filling): boolean {
  return [...touched].some((name) => values[name] !== initial[name]);
}
