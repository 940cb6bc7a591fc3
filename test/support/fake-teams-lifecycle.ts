import type { createEnvelopes, Whose } from './fake-teams-envelope.ts';
import type { Heard, Sending } from './fake-teams-sender.ts';
import { type FakeWorld, invokeId, nextId, tenantOf } from './fake-teams-world.ts';

/** What Teams tells of installations, people and names. */
export function createLifecycle(
  world: FakeWorld,
  envelopes: ReturnType<typeof createEnvelopes>,
  activity: (what: Record<string, unknown>, sending?: Sending) => Promise<Heard>,
) {
  const { bot, personIn, at, envelope, channelDataOfTeam } = envelopes;

  return {
    /** Installed or removed, in a conversation. */
    installation: (
      what: Whose & { action: 'add' | 'add-upgrade' | 'remove' | 'remove-upgrade'; id?: string },
      sending?: Sending,
    ) => {
      const tenant = tenantOf(world, what.tenant);
      const where = at(tenant, what);
      const told = envelope(what, what.id ?? invokeId(), null);
      return activity(
        {
          ...told,
          type: 'installationUpdate',
          action: what.action,
          channelData: { ...channelDataOfTeam(tenant, where), source: { name: 'message' } },
        },
        sending,
      );
    },
    /** People, or Kept itself (`bot`), come or go. */
    membersChanged: (
      what: Whose & { added?: string[]; removed?: string[]; id?: string },
      sending?: Sending,
    ) => {
      const tenant = tenantOf(world, what.tenant);
      const where = at(tenant, what);
      const account = (id: string) =>
        id === 'bot' ? { id: bot.id } : { id: personIn(tenant, id).userId, aadObjectId: id };
      const event = what.added === undefined ? 'teamMemberRemoved' : 'teamMemberAdded';
      return activity(
        {
          ...envelope(what, what.id ?? invokeId(), null),
          type: 'conversationUpdate',
          ...(what.added === undefined ? {} : { membersAdded: what.added.map(account) }),
          ...(what.removed === undefined ? {} : { membersRemoved: what.removed.map(account) }),
          channelData: {
            ...channelDataOfTeam(tenant, where),
            ...(where.kind === 'channel' ? { eventType: event } : {}),
          },
        },
        sending,
      );
    },
    /** A team, a channel or a group chat is called otherwise from now on. */
    renamed: (
      what: Whose & { of: 'team' | 'channel' | 'group'; name: string; id?: string },
      sending?: Sending,
    ) => {
      const tenant = tenantOf(world, what.tenant);
      const where = at(tenant, what);
      const whole = channelDataOfTeam(tenant, where);
      const renamed =
        what.of === 'team'
          ? { ...whole, team: { id: where.teamId, name: what.name, aadGroupId: where.teamGroupId } }
          : { ...whole, channel: { id: where.id, name: what.name } };
      return activity(
        {
          ...envelope(what, what.id ?? invokeId(), null),
          type: 'conversationUpdate',
          ...(what.of === 'group' ? { topicName: what.name } : {}),
          channelData: what.of === 'group' ? whole : { ...renamed, eventType: `${what.of}Renamed` },
        },
        sending,
      );
    },
    /** A reaction, which is none of Kept's business. */
    reaction: (what: Whose & { on: string }, sending?: Sending) =>
      activity(
        {
          ...envelope(what, nextId(world), null),
          type: 'messageReaction',
          reactionsAdded: [{ type: 'like' }],
          replyToId: what.on,
        },
        sending,
      ),
  };
}
