import { createHash } from 'node:crypto';
import type { Form, Values } from '../../src/conversation/form.ts';
import { notAMemberWords } from '../../src/conversation/no-member.ts';
import type { SentForm } from '../../src/conversation/sent-form.ts';
import { warningOf } from '../../src/conversation/warning.ts';
import { cutForField, readValues, withRest } from './form-values.ts';
import { type FormMeta, ViewMeta } from './meta.ts';
import type { SentView } from './payloads.ts';
import type { People } from './people.ts';
import type { SlackConnection } from './slack-deps.ts';
import type { Sources } from './source-text.ts';

/** A form of ours as somebody has filled it in. */
export type FilledForm = SentForm & { meta: FormMeta; values: Values };

/** The field that begins with the text of the message that a case is opened from. */
const FROM_SOURCE = 'happened';

/** What a view of ours carries; null for one of an older version, or that isn't ours. */
export function metaOf(view: SentView): ViewMeta | null {
  try {
    const meta = ViewMeta.safeParse(JSON.parse(view.private_metadata));
    return meta.success ? meta.data : null;
  } catch {
    return null;
  }
}

/** Reads a form: people who were picked become members, and what a field had no room for comes back to it. */
export async function readForm(
  parts: { people: Pick<People, 'memberFor'>; sources: Sources },
  connection: SlackConnection,
  view: SentView,
  meta: FormMeta,
): Promise<FilledForm> {
  const { values: read, users } = readValues(view.state, meta);
  const values = new Map(Object.entries(read));
  const faults = new Map<string, string>();
  const [source] = await Promise.all([
    meta.source === null ? null : parts.sources.read(connection, meta.source),
    ...Object.entries(users).map(async ([field, userId]) => {
      const known = await parts.people.memberFor(connection, userId);
      values.set(field, known.ok ? known.member.id : '');
      if (!known.ok) {
        faults.set(field, notAMemberWords[known.why]);
      }
    }),
  ]);
  const begun = values.get(FROM_SOURCE);
  if (source !== null && begun !== undefined && cutForField(source.text) !== source.text) {
    values.set(FROM_SOURCE, withRest(begun, source.text));
  }
  const all = Object.fromEntries(values);
  const { form, nonce, subject, place } = meta;
  return {
    meta,
    values: all,
    faults,
    isSeen: (warning) => markOf(warning) === meta.warned,
    intent: { form, nonce, subject, place, source, values: all },
  };
}

/** What the drawn form carries on: fields whose value isn't what was typed are filled in by Kept once more. */
export function refilled(meta: FormMeta, form: Form, typed: Values, also: readonly string[] = []): FormMeta {
  const changed = form.fields.flatMap(({ name, value }) =>
    also.includes(name) || (name in typed && typed[name] !== value) ? [name] : [],
  );
  const filled = { ...meta.filled };
  for (const name of changed) {
    filled[name] = (filled[name] ?? 0) + 1;
  }
  return { ...meta, filled, warned: warningMark(form) };
}

/** A short mark of what a form says against what was typed; empty for nothing. */
export function warningMark(form: Form): string {
  return markOf(warningOf(form));
}

function markOf(warning: string): string {
  return warning === '' ? '' : createHash('sha256').update(warning).digest('base64url').slice(0, 10);
}
