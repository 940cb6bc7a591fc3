import type { SentView } from './payloads.ts';

/** The team or org that something came from, as its payload names it. */
export type TeamRef = { teamId: string | null; enterpriseId: string | null; isEnterpriseInstall: boolean };

/** Where a button stood: in a message, or in a view. */
export type PressedIn = {
  channel: string | null;
  ts: string | null;
  threadTs: string | null;
  view: SentView | null;
};

/** What came from Slack, read. */
export type What =
  | { kind: 'command'; text: string; channel: string; triggerId: string; responseUrl: string | null }
  | {
      kind: 'message shortcut';
      callbackId: string;
      channel: string;
      ts: string;
      threadTs: string | null;
      author: { userId: string | null; name: string | null };
      text: string;
      triggerId: string;
      responseUrl: string | null;
    }
  | { kind: 'global shortcut'; callbackId: string; triggerId: string }
  /** A button, or a field of a view that has changed. */
  | {
      kind: 'action';
      type: string;
      actionId: string;
      value: string | null;
      /** As it came: a picker's value is in a place of its own. */
      raw: unknown;
      in: PressedIn;
      /** Epoch ms; null where Slack doesn't say. */
      pressedAt: number | null;
      triggerId: string | null;
      responseUrl: string | null;
    }
  | { kind: 'submit'; view: SentView; triggerId: string | null }
  | { kind: 'closed' }
  | { kind: 'suggest'; query: string }
  | { kind: 'mention' | 'direct message'; channel: string; ts: string; threadTs: string | null; text: string }
  | {
      kind: 'thread message';
      channel: string;
      ts: string;
      threadTs: string;
      text: string;
      /** Who wrote what the thread hangs from; null where Slack doesn't say. */
      parentUserId: string | null;
    }
  | { kind: 'home opened'; channel: string }
  | {
      kind: 'link shared';
      channel: string;
      ts: string;
      unfurl: { id: string; source: string } | null;
      urls: string[];
    };

/** What the life of a team brings; nobody in particular said it. */
export type Lifecycle =
  | { is: 'uninstalled' }
  | { is: 'tokens revoked'; event: unknown }
  | { is: 'person changed'; user: unknown }
  | { is: 'pause changed'; event: unknown }
  | { is: 'channel changed'; channel: string };

/** Something that Slack told us. `key` is Slack's own id of it: the same one comes again, and is the same. */
export type Told = { key: string; team: TeamRef } & (
  | ({ by: 'person'; userId: string } & What)
  | ({ by: 'slack'; kind: 'lifecycle' } & { lifecycle: Lifecycle })
);
export type ByPerson = Extract<Told, { by: 'person' }>;

/** `ignored`: none of our business. `unreadable`: it should have been, and isn't as we know it. */
export type Parsed =
  | { ok: true; told: Told }
  | { ok: false; why: 'ignored' | 'unreadable'; reason: string; responseUrl: string | null };
