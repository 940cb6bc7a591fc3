import {
  type FakeConversation,
  type FakePerson,
  type FakeTenant,
  type FakeWorld,
  personalWith,
  tenantOf,
} from './fake-teams-world.ts';

/** Who says it, and where. `conversation` null is their own chat with Kept. */
export type Whose = { tenant: string; person: string; conversation: string | null; root?: string };

/** What every activity of Teams has around what it says. */
export function createEnvelopes(world: FakeWorld) {
  const bot = { id: `28:${world.appId}`, name: 'Kept' };

  function personIn(tenant: FakeTenant, id: string): FakePerson {
    const found = tenant.people.get(id);
    if (found === undefined) throw new Error(`There is nobody ${id} in ${tenant.name}`);
    return found;
  }

  function at(tenant: FakeTenant, { person, conversation: id }: Whose): FakeConversation {
    const found = id === null ? personalWith(tenant, person) : tenant.conversations.get(id);
    if (found === undefined) throw new Error(`There is no conversation ${id} in ${tenant.name}`);
    return found;
  }

  const serviceUrlOf = (tenant: FakeTenant) => `${world.baseUrl}/${tenant.id}/`;

  /** What every activity has of where it is from, and by whom. */
  function envelope(whose: Whose, id: string, root: string | null) {
    const tenant = tenantOf(world, whose.tenant);
    const person = personIn(tenant, whose.person);
    const where = at(tenant, whose);
    const isChannel = where.kind === 'channel';
    const conversation = {
      ...(where.kind === 'personal' ? {} : { isGroup: true }),
      ...(where.kind === 'group' && where.name !== null ? { name: where.name } : {}),
      conversationType: where.kind === 'group' ? 'groupChat' : where.kind,
      tenantId: tenant.id,
      id: isChannel && root !== null ? `${where.id};messageid=${root}` : where.id,
    };
    const time = new Date(world.now()).toISOString();
    return {
      id,
      timestamp: time,
      localTimestamp: time,
      localTimezone: person.zone,
      locale: person.locale,
      serviceUrl: serviceUrlOf(tenant),
      channelId: 'msteams',
      from: { id: person.userId, name: person.name, aadObjectId: person.personId },
      conversation,
      recipient: bot,
      entities: [
        {
          locale: person.locale,
          country: person.locale.split('-')[1] ?? 'US',
          platform: 'Web',
          timezone: person.zone,
          type: 'clientInfo',
        },
      ],
      channelData: channelData(tenant, where),
    };
  }

  function channelData(tenant: FakeTenant, where: FakeConversation): Record<string, unknown> {
    if (where.kind !== 'channel') return { tenant: { id: tenant.id } };
    return {
      teamsChannelId: where.id,
      teamsTeamId: where.teamId,
      channel: { id: where.id },
      team: { id: where.teamId },
      tenant: { id: tenant.id },
    };
  }

  function channelDataOfTeam(tenant: FakeTenant, where: FakeConversation): Record<string, unknown> {
    if (where.kind !== 'channel') return { tenant: { id: tenant.id } };
    return {
      team: { aadGroupId: where.teamGroupId, name: where.teamName, id: where.teamId },
      channel: { id: where.id, name: where.name },
      settings: { selectedChannel: { id: where.id } },
      tenant: { id: tenant.id },
    };
  }

  return { bot, personIn, at, envelope, channelDataOfTeam };
}

/** A message that the extension's command is used on. */
export type MessagePayload = {
  id: string;
  text: string;
  author: { personId: string; name: string } | null;
  link?: string;
};

export function messagePayload({ id, text, author, link }: MessagePayload) {
  const time = new Date(Number(id) || 0).toISOString();
  return {
    id,
    replyToId: null,
    createdDateTime: time,
    lastModifiedDateTime: null,
    deleted: false,
    subject: null,
    summary: null,
    importance: 'normal',
    locale: 'en-us',
    linkToMessage:
      link ?? `https://teams.microsoft.com/l/message/19:support@thread.tacv2/${id}?context=%7B%7D`,
    from: {
      device: null,
      conversation: null,
      user:
        author === null
          ? null
          : { userIdentityType: 'aadUser', id: author.personId, displayName: author.name },
      application: author === null ? { applicationIdentityType: 'bot', id: 'b', displayName: 'Bot' } : null,
    },
    body: { contentType: 'html', content: `<p>${text}</p>` },
    attachmentLayout: null,
    attachments: [],
    mentions: [],
    reactions: [],
  };
}
