import { describe, expect, it } from 'vitest';
import { linkTo } from '../../adapters/teams/link.ts';
import { refOf, threadOf } from '../../adapters/teams/ref.ts';

const tenantId = 'b0000000-0000-4000-8000-000000000001';
const connection = {
  facts: { tenantId, name: 'Support', botId: '28:kept', botName: 'Kept', installedBy: null },
};
const CHANNEL = '19:support@thread.tacv2';
const GROUP = '19:0123456789abcdef@thread.v2';

describe('the address of a post in Teams', () => {
  it.each([
    ['a post that began a thread', refOf(CHANNEL, '17'), `17?tenantId=${tenantId}&parentMessageId=17`],
    [
      'a post in a thread',
      refOf(threadOf(CHANNEL, '17'), '18'),
      `18?tenantId=${tenantId}&parentMessageId=17`,
    ],
    [
      'a post in a group chat',
      refOf(GROUP, '19'),
      `19?tenantId=${tenantId}&context=%7B%22contextType%22%3A%22chat%22%7D`,
    ],
  ])('%s', (_, ref, end) => {
    const base = encodeURIComponent(ref.split(/[;|]/u, 1)[0] ?? '');
    expect(linkTo(connection, ref)).toBe(`https://teams.microsoft.com/l/message/${base}/${end}`);
  });

  it('is none of a post in somebody’s own chat with Kept', () => {
    expect(linkTo(connection, refOf('a:1-of-ada', '17'))).toBeNull();
  });
});
