import { z } from 'zod';
import { Ask } from '../domain/ask.ts';
import { CareCase } from '../domain/care-case.ts';
import { CarePromise, type LivePromise } from '../domain/care-promise.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { CaseId, PromiseId } from '../domain/ids.ts';

/*
 * What a case has said changes with every wake, and mostly alone. It lies with the case's alarm, which every decision
 * writes in any case, so that a wake which only reminds writes no document (docs/decisions/0026).
 */

/** The fields of documents that lie with the alarm. */
export const WITH_ALARM: ReadonlySet<string> = new Set(['standing', 'said']);

const File = z.object({ case: CareCase, promises: z.array(CarePromise), asks: z.array(Ask) });

/**
 * Stored documents of one case, `{case, promises, asks}`, and what lies with its alarm, as they were read and not looked
 * at yet.
 */
export type Stored = { docs: unknown; said: unknown };

/** What lies with an alarm that isn't there. */
export const NOTHING_SAID: Said = { standing: [], steps: [] };

/**
 * Makes them a file, its parts in the order they were made in, or says why they are none. What was read is written to,
 * for a copy would cost more.
 */
export function fileOf({ docs, said }: Stored): z.ZodSafeParseResult<CaseFile> {
  if (isObject(docs)) {
    const { standing, steps } = isObject(said) ? said : {};
    if (isObject(docs['case'])) docs['case']['standing'] = ofCase(standing, docs['case']['id']);
    for (const promise of list(docs['promises'])) {
      if (isObject(promise) && promise['status'] === 'live') promise['said'] = stepsOf(steps, promise['id']);
    }
  }
  const read = File.safeParse(docs);
  if (read.success) {
    read.data.promises.sort((a, b) => inOrder(a.madeAt - b.madeAt, a, b));
    read.data.asks.sort((a, b) => inOrder(a.askedAt - b.askedAt, a, b));
  }
  return read;
}

/** Gives the keys of what stands their case again. */
function ofCase(standing: unknown, caseId: unknown): unknown {
  for (const post of list(standing)) {
    if (isObject(post) && typeof post['key'] === 'string' && post['key'].startsWith('/')) {
      post['key'] = String(caseId) + post['key'];
    }
  }
  return standing;
}

/** The steps of one promise; what isn't as `saidOf` writes it is given as it is, and so found to be none. */
function stepsOf(steps: unknown, promiseId: unknown): unknown {
  if (!Array.isArray(steps)) return steps;
  const nr = steps.findIndex((of) => !Array.isArray(of) || of[0] === promiseId);
  if (nr === -1) return [];
  const found: unknown = steps[nr];
  return Array.isArray(found) ? found[1] : found;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Parts of one moment come by their ids, so that they stay in one order. */
function inOrder(between: number, a: { id: string }, b: { id: string }): number {
  return between || (a.id < b.id ? -1 : 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * What lies with an alarm. Posts that stand, in whose keys the case isn't named again (`/card`); and by promise the steps
 * that were taken, as pairs: an object of which no two have the same keys costs V8 a shape of its own.
 */
type Said = { standing: CareCase['standing']; steps: (readonly [PromiseId, LivePromise['said']])[] };

/** What of a file lies with its alarm. */
export function saidOf({ case: { id, standing }, promises }: CaseFile): Said {
  const steps: Said['steps'] = [];
  for (const promise of promises) {
    if (promise.status === 'live' && promise.said.length > 0) steps.push([promise.id, promise.said]);
  }
  return { standing: standing.map(({ key, say }) => ({ key: withoutCase(key, id), say })), steps };
}

function withoutCase(key: string, caseId: CaseId): string {
  return key.startsWith(`${caseId}/`) ? key.slice(caseId.length) : key;
}

/** The document of a case or a promise as it is stored. */
export function docOf(whole: CareCase | CarePromise | Ask): object {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !WITH_ALARM.has(name)));
}
