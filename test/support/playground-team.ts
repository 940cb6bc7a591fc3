/** The made-up tenant whose Teams the tests run: five at work, and one of another company. */
export const people = {
  Ada: person('ada', 1, 'Ada Agent', 'Europe/Berlin'),
  Sam: person('sam', 2, 'Sam Support', 'Europe/London'),
  Leo: person('leo', 3, 'Leo Lead', 'Europe/Berlin'),
  Mia: person('mia', 4, 'Mia Manager', 'Europe/Berlin'),
  Dora: person('dora', 5, 'Dora Director', 'Europe/Berlin'),
  Gus: person('gus', 6, 'Gus Guest', 'Europe/Berlin'),
};
export type Person = keyof typeof people;
export const names = ['Ada', 'Sam', 'Leo', 'Mia', 'Dora', 'Gus'] as const satisfies readonly Person[];

export const TENANT = '7e000000-0000-4000-8000-000000000001';
export const BOT = { id: '28:b0000000-0000-4000-8000-000000000001', name: 'Kept' };
export const TEAM = { id: '19:general@thread.tacv2', groupId: '6e000000-0000-4000-8000-000000000001' };

/** `partner` is the team's General: a guest of another company reads along there. */
export const rooms = {
  care: '19:care@thread.tacv2',
  partner: TEAM.id,
  group: '19:group@thread.v2',
} as const;
export type Room = keyof typeof rooms;

/** The configuration that one instance reads, with the eyes of one person. */
export function playgroundTeam(name: Person): object {
  return {
    version: '0.1.1',
    tenantId: TENANT,
    bot: BOT,
    currentUser: userOf(name),
    users: names.filter((other) => other !== name).map(userOf),
    personalChat: { id: people[name].chat },
    groupChat: { id: rooms.group, name: 'Group chat' },
    team: {
      id: TEAM.id,
      name: 'Care Team',
      aadGroupId: TEAM.groupId,
      channels: [{ id: rooms.care, name: 'care' }],
    },
  };
}

function userOf(name: Person): object {
  const { userId, personId, realName, email } = people[name];
  const [givenName, surname] = realName.split(' ');
  return {
    id: userId,
    name: realName,
    userPrincipleName: email,
    aadObjectId: personId,
    givenName,
    surname,
    email,
  };
}

function person(short: string, at: number, realName: string, zone: string) {
  return {
    userId: `29:${short}`,
    personId: `0a000000-0000-4000-8000-00000000000${at}`,
    /** Their conversation with Kept. */
    chat: `a:${short}`,
    realName,
    email: `${short}@example.com`,
    zone,
  };
}
