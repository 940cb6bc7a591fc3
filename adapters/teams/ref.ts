/**
 * A post's reference is `<conversation>|<activity id>`, the conversation as Teams names it. A channel's thread is the
 * conversation `<channel>;messageid=<id of the post it hangs from>`; chats have no threads.
 */
export type Ref = { conversation: string; activityId: string };

export function refOf(conversation: string, activityId: string): string {
  return `${conversation}|${activityId}`;
}

/** @throws when it is no reference of ours. */
export function splitRef(ref: string): Ref {
  const at = ref.lastIndexOf('|');
  if (at <= 0) {
    throw new Error('This is no reference of a post in Teams');
  }
  return { conversation: ref.slice(0, at), activityId: ref.slice(at + 1) };
}

/** A conversation's own id, and the post that its thread hangs from, where it is a thread. */
export function splitConversation(id: string): { base: string; root: string | null } {
  const [base = id, root] = id.split(';messageid=', 2);
  return { base, root: root ?? null };
}

/** The conversation of the thread that hangs from a post of a channel. */
export function threadOf(base: string, root: string): string {
  return `${base};messageid=${root}`;
}
