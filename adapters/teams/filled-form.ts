import { createHash } from 'node:crypto';
import type { Values } from '../../src/conversation/form.ts';
import { notAMemberWords } from '../../src/conversation/no-member.ts';
import type { SentForm } from '../../src/conversation/sent-form.ts';
import { readValues, withRest } from './form-values.ts';
import type { Asked } from './gated-deps.ts';
import type { FormMeta } from './meta.ts';
import type { Sources } from './source-text.ts';
import type { TeamsConnection } from './teams-deps.ts';

/** The field that begins with the text of the message that a case is opened from. */
const FROM_SOURCE = 'happened';

/** A form of ours as somebody has filled it in. */
export type FilledForm = SentForm & { meta: FormMeta; values: Values };

/** Reads a form: people who were picked become members, and what a field had no room for comes back to it. */
export async function readForm(
  parts: { people: Asked['people']; sources: Sources },
  connection: TeamsConnection,
  { data, meta, conversation }: { data: unknown; meta: FormMeta; conversation: string | null },
): Promise<FilledForm> {
  const { values: read, people, cut } = readValues(data);
  const values = new Map(Object.entries(read));
  const faults = new Map<string, string>();
  const [source] = await Promise.all([
    meta.source === null ? null : parts.sources.read(connection, meta.source),
    ...Object.entries(people).map(async ([field, personId]) => {
      const known = await parts.people.memberFor(connection, { personId }, conversation);
      values.set(field, known.ok ? known.member.id : '');
      if (!known.ok) {
        faults.set(field, notAMemberWords[known.why]);
      }
    }),
  ]);
  const begun = values.get(FROM_SOURCE);
  const shown = cut[FROM_SOURCE];
  if (source !== null && begun !== undefined && shown !== undefined) {
    values.set(FROM_SOURCE, withRest(begun, source.text, shown));
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

/** A short mark of what a form says against what was typed; empty for nothing. */
export function markOf(warning: string): string {
  return warning === '' ? '' : createHash('sha256').update(warning).digest('base64url').slice(0, 10);
}
