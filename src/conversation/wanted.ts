import type { CaseId } from '../domain/ids.ts';
import { noSubject } from './card.ts';
import { actsAtOnce } from './commands.ts';
import type { Intent, Place } from './intent.ts';

/**
 * What words to Kept want. Those that open a case and are more than a field holds (`most`, in characters) come as a
 * text to open it from, and stay whole.
 */
export function wantedBy(said: string, place: Place, most: number): Intent {
  return said.length > most
    ? { kind: 'open from message', text: said, link: null, place }
    : { kind: 'command', text: said, place };
}

/** Whether it only asks, so that it may be asked again to show more of the answer. */
export function isQuestion(intent: Intent): boolean {
  return intent.kind === 'press'
    ? intent.action === 'show'
    : intent.kind === 'command' && !isDoneByHearing(intent);
}

/** Whether hearing it does something, so that hearing it again would do it again. */
export function isDoneByHearing(intent: Intent): boolean {
  return intent.kind === 'command' && actsAtOnce(intent.text);
}

/** Wants to see a case as it stands. */
export function showCase(caseId: CaseId, place: Place): Intent {
  return { kind: 'press', action: 'show', subject: { ...noSubject, caseId }, place };
}
