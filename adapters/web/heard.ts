/** What is to be done with words that were typed: post them, and what Kept is to hear in them. */
export type Heard = {
  post: boolean;
  /** The words of a command to Kept, or null. */
  command: string | null;
  /** Whether they are a word in a case's thread. */
  said: boolean;
};

const SLASH = /^\/care(?:\s+|$)/i;
// Not in kept@example.com or x@kept.example, and not in @keptness. Begins with the gap before it: looking for
// it from within a gap as well takes seconds for a long one.
const MENTION = /(?<!\s)\s*(?<![\p{L}\p{N}._%+@-])@kept(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])[:,]?\s*/iu;

/**
 * Reads typed words. `/care …` is a command that nobody else sees; a mention of Kept, and anything in the direct
 * message with it, is posted and a command too; in a case's thread the rest is a word about the case.
 */
export function heard(text: string, where: { dm: boolean; caseThread: boolean }): Heard {
  const words = text.trim();
  if (SLASH.test(words)) return { post: false, command: words.replace(SLASH, '').trim(), said: false };
  const mentioned = MENTION.test(words);
  if (mentioned || (where.dm && !where.caseThread)) {
    const command = words.replace(MENTION, ' ').trim().replace(SLASH, '').trim();
    return { post: true, command, said: where.caseThread };
  }
  return { post: true, command: null, said: where.caseThread };
}
