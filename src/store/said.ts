import { z } from 'zod';
import { Ask } from '../domain/ask.ts';
import { CareCase } from '../domain/care-case.ts';
import { CarePromise, type LivePromise } from '../domain/care-promise.ts';
import type { CaseFile } from '../domain/case-file.ts';

/*
 * What a case has said changes with every wake, and mostly alone. It lies with the case's alarm, which every decision
 * writes in any case, so that a wake which only reminds writes no document (docs/decisions/0026).
 */

/** The fields of documents that lie with the alarm. */
export const WITH_ALARM: ReadonlySet<string> = new Set(['standing', 'said']);

const File = z.object({ case: CareCase, promises: z.array(CarePromise), asks: z.array(Ask) });

/** Stored documents of one case and what lies with its alarm, as they were read and not looked at yet. */
export type Stored = { case: unknown; promises: readonly unknown[]; asks: readonly unknown[]; said: unknown };

/** What lies with an alarm that isn't there. */
export const NOTHING_SAID = { standing: [], steps: {} };

/**
 * Makes them a file, its parts in the order they were made in, or says why they are none. The documents are written
 * to, for a copy of each would cost more.
 */
export function fileOf({ said, ...docs }: Stored): z.ZodSafeParseResult<CaseFile> {
  const { standing, steps }: Record<string, unknown> = isObject(said) ? said : {};
  if (isObject(docs.case)) docs.case['standing'] = standing;
  for (const promise of docs.promises) {
    if (isObject(promise) && promise['status'] === 'live') {
      promise['said'] = isObject(steps) ? (steps[String(promise['id'])] ?? []) : steps;
    }
  }
  const read = File.safeParse(docs);
  if (read.success) {
    read.data.promises.sort((a, b) => inOrder(a.madeAt - b.madeAt, a, b));
    read.data.asks.sort((a, b) => inOrder(a.askedAt - b.askedAt, a, b));
  }
  return read;
}

/** Parts of one moment come by their ids, so that they stay in one order. */
function inOrder(between: number, a: { id: string }, b: { id: string }): number {
  return between || (a.id < b.id ? -1 : 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What of a file lies with its alarm: the posts that stand, and by promise the steps that were taken. */
export function saidOf(file: CaseFile): {
  standing: CareCase['standing'];
  steps: Record<string, LivePromise['said']>;
} {
  const steps: Record<string, LivePromise['said']> = {};
  for (const promise of file.promises) {
    if (promise.status === 'live' && promise.said.length > 0) steps[promise.id] = promise.said;
  }
  return { standing: file.case.standing, steps };
}

/** The document of a case or a promise as it is stored. */
export function docOf(whole: CareCase | CarePromise | Ask): object {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !WITH_ALARM.has(name)));
}
