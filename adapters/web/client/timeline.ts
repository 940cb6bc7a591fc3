import { type Instant, localDateOf, type Zone } from '../../../src/domain/instant.ts';
import type { ChatMessage } from '../chat.ts';
import type { Whisper } from './chat-state.ts';

/** What stands in a list, from top to bottom. */
export type TimelineItem =
  | { kind: 'day'; key: string; at: Instant }
  /** `follows`: by the same author shortly after the one above, so drawn without their name. */
  | { kind: 'message'; key: string; message: ChatMessage; follows: boolean }
  | { kind: 'whisper'; key: string; whisper: Whisper };

const FOLLOW_MS = 5 * 60_000;

/** Lays out messages by day in the reader's zone, with the reader's own whispers between them. */
export function timeline(
  messages: readonly ChatMessage[],
  whispers: readonly Whisper[],
  zone: Zone,
): TimelineItem[] {
  const items: TimelineItem[] = [];
  const waiting = [...whispers];
  let before: ChatMessage | null = null;
  const whisperUntil = (seq: number) => {
    for (let next = waiting[0]; next && next.afterSeq < seq; next = waiting[0]) {
      waiting.shift();
      items.push({ kind: 'whisper', key: `whisper-${next.id}`, whisper: next });
      before = null;
    }
  };
  let day = '';
  for (const message of messages) {
    whisperUntil(message.seq);
    const date = localDateOf(message.at, zone);
    if (date !== day) items.push({ kind: 'day', key: `day-${date}`, at: message.at });
    const follows = date === day && before !== null && continues(before, message);
    items.push({ kind: 'message', key: message.id, message, follows });
    day = date;
    before = message;
  }
  whisperUntil(Infinity);
  return items;
}

function continues(before: ChatMessage, message: ChatMessage): boolean {
  const sameAuthor =
    before.author.kind === 'member' &&
    message.author.kind === 'member' &&
    before.author.memberId === message.author.memberId;
  return sameAuthor && before.replies === null && message.at - before.at < FOLLOW_MS;
}
