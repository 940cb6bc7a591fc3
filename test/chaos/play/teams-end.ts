import { hearingWords } from '../../../adapters/teams/hearing-words.ts';
import { type FakeTeams, startFakeTeams } from '../../support/fake-teams.ts';
import { type FakePost, isRecord } from '../../support/fake-teams-world.ts';
import type { Arrival, Shown, Snapshot } from '../checker/recording.ts';
import type { Fault } from '../rig/fault.ts';
import { ALWAYS, endFaults, often } from './end-faults.ts';

/** A Teams that records what it took in, and can be broken. Kept is in local development there: nobody is checked. */
export async function startTeamsEnd() {
  const fake = await startFakeTeams();
  for (const tenant of fake.world.tenants.values()) {
    for (const person of tenant.people.values()) person.zone = 'Etc/UTC';
  }
  return {
    fake,
    /** Of posts from `notedBy` on, those that Kept hasn't noted yet are left out. */
    arrivals: (kept: Snapshot, notedBy: number) => arrivalsOf(fake, kept, notedBy),
    shown: () => shownBy(fake),
    faults: faultsOf(fake),
    env: { MICROSOFT_LOCAL_DEVELOPMENT: 'yes' },
    stop: fake.stop,
  };
}

/**
 * What Kept posted, by the time that is a post's id: Teams' own, when it took it in. A post's key isn't with it, so it
 * is found by the reference that Kept has noted; for one that Kept knows nothing of, by what it holds, which is what
 * another post in the same place held when it came.
 */
function arrivalsOf(fake: FakeTeams, kept: Snapshot, notedBy: number): Arrival[] {
  const keyOf = new Map(kept.posts.map(({ connection, ref, key }) => [`${connection} ${ref}`, key]));
  return [...fake.world.tenants.values()].flatMap((tenant) => {
    const connection = `teams/${tenant.id}`;
    const alike = new Map<string, { id: string; key: string }[]>();
    const refOf = ({ conversation, root, id }: FakePost) =>
      `${root === null || root === id ? conversation : `${conversation};messageid=${root}`}|${id}`;
    const mine = tenant.posts.filter(({ from, activity }) => from === 'bot' && !isAnswer(activity));
    for (const post of mine) {
      const key = keyOf.get(`${connection} ${refOf(post)}`);
      if (key !== undefined)
        alike.set(likeness(post), [...(alike.get(likeness(post)) ?? []), { id: post.id, key }]);
    }
    // Several messages may read the same: it is the next of them, for each conversation is said in its order.
    const againAs = (post: FakePost) => {
      const others = alike.get(likeness(post)) ?? [];
      return others.find(({ id }) => Number(id) > Number(post.id)) ?? others.at(-1);
    };
    return mine.map((post): Arrival => {
      const { conversation, root, id } = post;
      const person = [...tenant.people.values()].find(({ personId }) =>
        tenant.conversations.get(conversation)?.members.every((one) => one === personId),
      );
      const isDirect = tenant.conversations.get(conversation)?.kind === 'personal';
      return {
        at: Number(id),
        connection,
        where: isDirect
          ? { kind: 'direct', person: person?.personId ?? '' }
          : { kind: 'channel', id: conversation, thread: root === id ? null : root },
        ref: refOf(post),
        key:
          keyOf.get(`${connection} ${refOf(post)}`) ??
          (Number(id) > notedBy ? null : (keyIn(post) ?? againAs(post)?.key ?? null)),
        payload: JSON.stringify(post.posted ?? post.activity),
        isCut: post.isCut === true,
        by: post.by ?? null,
      };
    });
  });
}

/** The key that the buttons of a post refer to it by. */
function keyIn({ posted, activity }: FakePost): string | null {
  return /"under":\{"of":"post","key":"([^"]+)"/u.exec(JSON.stringify(posted ?? activity))?.[1] ?? null;
}

function likeness({ conversation, root, posted, activity }: FakePost): string {
  return `${conversation} ${root} ${JSON.stringify(posted ?? activity)}`;
}

/** A card or form in the place of somebody's question is an answer to it, and not owed. */
function isAnswer(activity: Record<string, unknown>): boolean {
  const said = JSON.stringify(activity);
  return (
    said.includes('"do":"again"') || said.includes('"do":"submit"') || activity['text'] === hearingWords.saved
  );
}

function shownBy(fake: FakeTeams): Shown[] {
  return fake.world.calls.flatMap(({ tenant, body, at }) =>
    isRecord(body) ? [{ at, connection: `teams/${tenant}`, payload: JSON.stringify(body) }] : [],
  );
}

function faultsOf(fake: FakeTeams): Fault[] {
  const fault = endFaults('teams', fake.fault);
  return [
    fault('429', 2, (random) => ({
      detail: '429 with Retry-After',
      what: { ...ALWAYS, what: 429, retryAfter: String(random.int(1, 4)), chance: often(random, 0.6) },
    })),
    fault('502', 2, (random) => ({
      detail: 'half of all calls 502',
      what: { ...ALWAYS, what: 502, chance: often(random, 0.5) },
    })),
    fault('silence', 1, (random) => ({
      detail: 'posts get no answer',
      what: { ...ALWAYS, call: 'post', what: 'hang', chance: often(random, 0.6) },
    })),
    fault('accepted and cut', 2, (random) => ({
      detail: 'posts are taken in, and the connection is cut',
      what: { ...ALWAYS, call: 'post', what: 'cut after', chance: often(random, 0.4) },
    })),
    fault('refused', 1, () => ({
      detail: 'every connection is cut at once',
      what: { ...ALWAYS, what: 'cut before' },
    })),
  ];
}
