import type { Member } from '../domain/people.ts';

/**
 * Why somebody is no member: of this company for some channels only, not of it, no person, or here no more.
 * `unseen`: the platform lets us see them nowhere, so nobody can tell.
 */
export type NoMember = 'guest' | 'stranger' | 'bot' | 'gone' | 'unseen';

/** Who somebody in a chat is to Kept. */
export type Known = { ok: true; member: Member } | { ok: false; why: NoMember };

/** What they are told. */
export const noMemberWords = {
  guest: 'Kept is for the people of this team. As a guest you can’t use it; please ask whoever invited you.',
  stranger: 'Kept is for the people of the team that uses it. Please ask your contact there.',
  bot: 'Kept works for people only.',
  gone: 'You aren’t a member of this team any more, so Kept can’t do this for you.',
  unseen:
    'Kept can’t see yet that you are of this team. Please add Kept for yourself, or speak to it in a channel.',
} satisfies Record<NoMember, string>;

/** What somebody is told who chose them. */
export const notAMemberWords = {
  guest: 'They are a guest here. Please choose somebody of your team.',
  stranger: 'They are of another company. Please choose somebody of your team.',
  bot: 'That is an app. Please choose a person.',
  gone: 'They have left. Please choose somebody who is still here.',
  unseen: 'Kept doesn’t know them yet. Please ask them to add Kept, or add them here, and choose them again.',
} satisfies Record<NoMember, string>;
