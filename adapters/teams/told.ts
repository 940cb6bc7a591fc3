/** Where something was said. */
export type Where = {
  /** As Teams names it: a thread is `<channel>;messageid=<root>`. */
  conversation: string;
  kind: 'personal' | 'group' | 'channel';
  serviceUrl: string;
  /** Of a channel's team: its id in Teams. */
  teamId: string | null;
};

/** Who said it, as the activity tells. */
export type From = {
  /** Entra object id: what Kept knows them by. */
  personId: string;
  /** `29:…` */
  userId: string;
  name: string;
  locale: string | null;
  /** IANA zone of the device they said it with. */
  zone: string | null;
};

/** A message that something is made of, by an extension's command on it. */
export type AboutMessage = { text: string; author: string | null; link: string | null };

/** What came from Teams, read. */
export type What =
  /** `toUs`: Kept was mentioned, or it is a personal conversation. `activityId` is the message's. */
  | { kind: 'message'; text: string; toUs: boolean; activityId: string }
  /** A button of a card (`data` as it came, inputs beside `kept`). `on`: the post that the card stands in. */
  | { kind: 'press'; data: unknown; on: string | null; how: 'execute' | 'submit' | 'refresh' | 'tab' }
  /** A dialog asks for its first card, or sends what was filled in. `about`: opened by an extension on a message. */
  | {
      kind: 'dialog';
      data: unknown;
      of: 'task' | 'extension';
      about: AboutMessage | null;
      step: 'fetch' | 'submit';
    }
  | { kind: 'suggest'; query: string; dataset: 'customers' | 'people' }
  /** An address of ours in what somebody is writing. */
  | { kind: 'link'; url: string };

/** What the life of an installation brings. */
export type Lifecycle =
  | { is: 'installed' }
  | { is: 'uninstalled' }
  | { is: 'members changed' }
  | { is: 'renamed'; name: string };

/** Something that Teams told us. `key` is its own id of it: the same one comes again, and is the same. */
export type Told = { key: string; tenantId: string; where: Where; from: From | null } & (
  | ({ by: 'person'; from: From } & What)
  | { by: 'teams'; kind: 'lifecycle'; lifecycle: Lifecycle }
);
export type ByPerson = Extract<Told, { by: 'person' }>;

/** `ignored`: none of our business. `unreadable`: it should have been, and isn't as we know it. */
export type Parsed = { ok: true; told: Told } | { ok: false; why: 'ignored' | 'unreadable'; reason: string };
