import { describe, expect, it } from 'vitest';
import {
  type CallTrouble,
  isTeams,
  TeamsCallFailed,
  type Trouble,
  troubleOf,
} from '../../adapters/teams/errors.ts';

const answered = (
  status: number,
  code: string | null = null,
  afterMs: number | null = null,
): CallTrouble => ({
  kind: 'answered',
  status,
  code,
  afterMs,
});

describe('what an answer of Teams means', () => {
  it.each<[string, CallTrouble, Trouble['kind']]>([
    ['a card that it can’t take', answered(400, 'BadSyntax'), 'our fault'],
    ['a token that it doesn’t take', answered(401, 'Unauthorized'), 'unknown to Teams'],
    ['taken out of the team', answered(403, 'BotNotInConversationRoster'), 'shut'],
    ['blocked', answered(403, 'MessageWritesBlocked'), 'shut'],
    ['not installed', answered(403, 'ForbiddenOperationException'), 'shut'],
    ['turned off by an admin', answered(403, 'BotDisabledByAdmin'), 'shut'],
    ['a no with a code that nobody knows', answered(403, 'OutOfTeapots'), 'shut'],
    ['a no without a code', answered(403), 'shut'],
    ['a chat that is gone', answered(404, 'ConversationNotFound'), 'gone'],
    ['a post that is gone', answered(404, 'ActivityNotFoundInConversation'), 'gone'],
    ['gone without a code', answered(410), 'gone'],
    ['somebody else is changing it', answered(412, 'PreconditionFailed'), 'limited'],
    ['too big', answered(413, 'MessageSizeTooBig'), 'our fault'],
    ['too big, said as a bad request', answered(400, 'MessageSizeTooBig'), 'our fault'],
    ['too many calls', answered(429), 'limited'],
    ['a server that gave up waiting for us', answered(408), 'doubtful'],
    ['a status that nobody knows', answered(418), 'doubtful'],
    ['an address that leads elsewhere', answered(302), 'doubtful'],
    ['a server’s trouble', answered(500), 'doubtful'],
    ['a gateway’s trouble', answered(502), 'doubtful'],
    ['a gateway’s trouble, with a code', answered(503, 'ConversationNotFound'), 'doubtful'],
    ['a gateway that gave up waiting', answered(504), 'doubtful'],
    ['no connection', { kind: 'not sent', error: 'ECONNREFUSED' }, 'unreachable'],
    ['no answer', { kind: 'no answer', error: 'TimeoutError' }, 'doubtful'],
    [
      'a secret that is not ours',
      { kind: 'no token', refused: true, error: 'invalid_client' },
      'unknown to Teams',
    ],
    ['a sign-in that is down', { kind: 'no token', refused: false, error: 'http_503' }, 'unreachable'],
  ])('%s', (_, trouble, kind) => {
    expect(troubleOf(new TeamsCallFailed(trouble)).kind).toBe(kind);
  });

  it('keeps the time that Teams asks for', () => {
    expect(troubleOf(new TeamsCallFailed(answered(429, null, 7_000)))).toEqual({
      kind: 'limited',
      afterMs: 7_000,
      error: 'http_429',
    });
    expect(troubleOf(new TeamsCallFailed(answered(412)))).toMatchObject({ afterMs: null });
  });

  it('tells an answer that is none from none at all', () => {
    expect(troubleOf(new TeamsCallFailed(answered(502)))).toMatchObject({ answered: true });
    expect(troubleOf(new TeamsCallFailed({ kind: 'no answer', error: 'UND_ERR_SOCKET' }))).toMatchObject({
      answered: false,
    });
  });

  it('says status and code, and nothing of what else Teams said', () => {
    expect(new TeamsCallFailed(answered(403, 'MessageWritesBlocked')).message).toBe(
      'http_403 MessageWritesBlocked',
    );
  });

  it('takes what it doesn’t know for doubtful', () => {
    expect(troubleOf(new Error('a bug'))).toMatchObject({ kind: 'doubtful', error: 'a bug' });
    expect(troubleOf('a bug')).toMatchObject({ kind: 'doubtful' });
    expect(isTeams(new Error('a bug'))).toBe(false);
  });
});
