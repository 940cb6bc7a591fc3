import { unreachable } from '../../src/domain/unreachable.ts';

/**
 * What came of a call of Teams that did not come off. Thrown in the SDK's place by what makes the requests
 * (`connector.ts`, `exchange.ts`, `granted.ts`): its own errors are read nowhere.
 */
export type CallTrouble =
  /** Teams answered, and it was no yes. */
  | { kind: 'answered'; status: number; code: string | null; afterMs: number | null }
  /** The connection was not made, or the request not sent: nothing arrived. */
  | { kind: 'not sent'; error: string }
  /** It was sent, and then there was no answer, or half of one. */
  | { kind: 'no answer'; error: string }
  /** We got no token for ourselves; `refused` says whether Microsoft turned us away, or couldn't be reached. */
  | { kind: 'no token'; refused: boolean; error: string };

/** A call of Teams that did not come off. */
export class TeamsCallFailed extends Error {
  readonly trouble: CallTrouble;

  constructor(trouble: CallTrouble) {
    super(wordsOf(trouble));
    this.trouble = trouble;
  }
}

/** What it means for whoever called. */
export type Trouble =
  /** Not now, through no fault of the message's: nothing was done. `afterMs` null: Teams doesn't say for how long. */
  | { kind: 'limited'; afterMs: number | null; error: string }
  /** Our credentials are not taken, or none can be had: nothing was done. */
  | { kind: 'unknown to Teams'; error: string }
  /** Couldn't be sent: nothing was done. */
  | { kind: 'unreachable'; error: string }
  /** For good: we are blocked or removed there, or were never let in. */
  | { kind: 'shut'; error: string }
  /** What was meant isn't there. */
  | { kind: 'gone'; error: string }
  /** Teams can't take what we asked, and never will. */
  | { kind: 'our fault'; error: string }
  /** It may have been done, or not. `answered`: by something that was no answer to it, as a gateway's 502. */
  | { kind: 'doubtful'; answered: boolean; error: string };

type Kind = Trouble['kind'];

/**
 * Teams' answers by status.
 * Source: learn.microsoft.com, “Status codes from bot conversational APIs” and “Optimize your bot with rate limiting”.
 */
const byStatus: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [400, 'our fault'],
  [401, 'unknown to Teams'],
  [403, 'shut'],
  [404, 'gone'],
  [405, 'our fault'],
  [408, 'doubtful'],
  [410, 'gone'],
  /** Somebody else is changing the conversation just now: Microsoft says to try again. */
  [412, 'limited'],
  [413, 'our fault'],
  [415, 'our fault'],
  [422, 'our fault'],
  [429, 'limited'],
]);

/** Codes that say another thing than their status does. */
const byCode: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['BotNotInConversationRoster', 'shut'],
  ['BotDisabledByAdmin', 'shut'],
  ['ConversationBlockedByUser', 'shut'],
  ['ForbiddenOperationException', 'shut'],
  ['MessageWritesBlocked', 'shut'],
  ['ConversationNotFound', 'gone'],
  ['ActivityNotFoundInConversation', 'gone'],
  ['MemberNotFoundInConversation', 'gone'],
  ['MessageSizeTooBig', 'our fault'],
  ['BadSyntax', 'our fault'],
]);

/** Reads what a call of `Bot` threw. What can't be told is doubtful. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof TeamsCallFailed)) {
    return { kind: 'doubtful', answered: true, error: error instanceof Error ? error.message : 'unknown' };
  }
  const { trouble, message } = error;
  switch (trouble.kind) {
    case 'answered': {
      const { status, code, afterMs } = trouble;
      // A gateway's word for a request that it passed on, or didn't: nobody knows. So of anything that is new to us.
      const known = status >= 400 && status < 500 ? byStatus.get(status) : undefined;
      const kind =
        known === undefined ? 'doubtful' : ((code === null ? undefined : byCode.get(code)) ?? known);
      switch (kind) {
        case 'limited':
          return { kind, afterMs, error: message };
        case 'doubtful':
          return { kind, answered: true, error: message };
        default:
          return { kind, error: message };
      }
    }
    case 'not sent':
      return { kind: 'unreachable', error: message };
    case 'no answer':
      return { kind: 'doubtful', answered: false, error: message };
    case 'no token':
      return { kind: trouble.refused ? 'unknown to Teams' : 'unreachable', error: message };
    default:
      return unreachable(trouble);
  }
}

/** Whether a call of Teams threw it. Everything else is a bug of ours, or the database's. */
export function isTeams(error: unknown): error is TeamsCallFailed {
  return error instanceof TeamsCallFailed;
}

function wordsOf(trouble: CallTrouble): string {
  switch (trouble.kind) {
    case 'answered':
      return trouble.code === null ? `http_${trouble.status}` : `http_${trouble.status} ${trouble.code}`;
    case 'not sent':
      return `Teams can’t be reached: ${trouble.error}`;
    case 'no answer':
      return `Teams did not answer: ${trouble.error}`;
    case 'no token':
      return `No token from Microsoft: ${trouble.error}`;
    default:
      return unreachable(trouble);
  }
}
