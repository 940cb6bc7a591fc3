import { type CarePromise, isUnsettled } from '../../../src/domain/care-promise.ts';
import { type CaseFile, isSilent } from '../../../src/domain/case-file.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { Disturbances } from './disturbances.ts';
import type { Recording, Snapshot } from './recording.ts';
import type { Finding } from './verdict.ts';

type Case = Snapshot['cases'][number];

/** What must be so when all is calm: no case silent, no alarm overdue, nothing owed, nothing heard left undone. */
export function checkStanding(
  recording: Recording,
  policyOf: (workspaceId: string) => Policy,
  trouble: Disturbances,
): Finding[] {
  const { kept, endedAt } = recording;
  const findings: Finding[] = [];
  const add = (verdict: Finding['verdict'], what: string, about: Partial<Finding>) =>
    findings.push({
      verdict,
      what,
      connection: null,
      caseId: null,
      about: null,
      at: endedAt,
      details: {},
      ...about,
    });
  for (const one of kept.cases) {
    const caseId = one.case.id;
    const connection = one.case.place.connection;
    if (isSilent(fileOf(one), policyOf(one.workspaceId))) {
      add('silent', 'An open case has nothing that asks for it', {
        caseId,
        connection,
        details: { case: one.case },
      });
    }
    if (one.case.status === 'open' && one.alarmAt === null) {
      add('silent', 'An open case has no alarm', { caseId, connection });
    }
    if (one.alarmAt !== null && trouble.latestFor(one.alarmAt) < endedAt) {
      add('late', 'An alarm is overdue', { caseId, connection, at: one.alarmAt });
    }
  }
  for (const line of kept.outbox) {
    const { caseId, key, attempts, error } = line;
    if (line.sentAt === null && line.unsaidAt === null && line.owedSince < recording.calmAt) {
      add('not drained', `A message is still owed after ${attempts} tries: ${error}`, {
        caseId,
        about: key,
        at: line.owedSince,
        details: { line },
      });
    }
    if (line.unsaidAt !== null) {
      add('lost', `A message was given up: ${error}`, {
        caseId,
        about: key,
        at: line.owedSince,
        details: { line },
      });
    }
  }
  for (const heard of kept.inbox) {
    if (!heard.done) {
      add(
        'not drained',
        `Something heard was not carried out after ${heard.attempts} tries: ${heard.error}`,
        {
          about: heard.id,
        },
      );
    }
  }
  return findings;
}

/** Whether what is on record is one of what the domain makes of what happened. */
export function checkState(one: Case, replayed: readonly CaseFile[]): Finding[] {
  const [own, domain] = [facesOf(fileOf(one)), replayed.map(facesOf)];
  return domain.includes(own)
    ? []
    : [
        {
          verdict: 'not by the plan',
          what: 'A case stands otherwise than what happened makes of it',
          connection: one.case.place.connection,
          caseId: one.case.id,
          about: null,
          at: one.case.openedAt,
          details: { own, domain: domain.at(-1) },
        },
      ];
}

function fileOf({ case: careCase, promises, asks }: Case): CaseFile {
  return { case: careCase, promises, asks };
}

function facesOf({ case: careCase, promises, asks }: CaseFile): string {
  const byId = <One extends { id: string }>(all: readonly One[]) =>
    all.toSorted((a, b) => a.id.localeCompare(b.id));
  // What one decision says has no order among several promises.
  const standing = careCase.standing.toSorted((a, b) => a.key.localeCompare(b.key));
  return JSON.stringify(
    inOrder({
      careCase: { ...careCase, standing },
      promises: byId(promises).map(withoutOldClimb),
      asks: byId(asks),
    }),
  );
}

/** A ladder that was left just as a round of it ended may have been in the next or not: nothing was said of that. */
function withoutOldClimb(one: CarePromise): object {
  return isUnsettled(one) ? one : { ...one, climb: null };
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // When somebody was heard of last, and when a round that was over began again, needn't stand in the timeline.
      .filter(([name]) => name !== 'lastSignAt' && name !== 'nextAt')
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, inner]) => [name, inOrder(inner)]),
  );
}
