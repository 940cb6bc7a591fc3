import { z } from 'zod';
import { Card } from '../../src/conversation/card.ts';
import { Form } from '../../src/conversation/form.ts';
import { Intent } from '../../src/conversation/intent.ts';
import { MemberId, Typed, WorkspaceId } from '../../src/domain/ids.ts';
import { Instant, Zone } from '../../src/domain/instant.ts';
import { isAtMost } from '../../src/domain/sized.ts';
import { ChatMessage, RoomId } from './chat.ts';
import { SetupError } from './team-setup.ts';

// What goes over the wire between the console's server and its pages; each side parses with these.

/** A colleague, as the pages need to know them. */
export const Person = z.object({
  id: MemberId,
  name: z.string(),
  title: z.string(),
  zone: Zone,
  /** False once they have left. */
  active: z.boolean(),
  away: z.boolean(),
});
export type Person = z.infer<typeof Person>;

export const Session = z.object({
  /** The server's present, by which the pages count. */
  now: Instant,
  workspace: z.object({ id: WorkspaceId, name: z.string(), zone: Zone, members: z.array(Person) }).nullable(),
});
export type Session = z.infer<typeof Session>;

/** A country or a region with its holidays. */
export const Country = z.object({ code: z.string(), name: z.string() });
export type Country = z.infer<typeof Country>;

/** `team` is read as a TeamSetup of its own, so that its errors can name their fields. */
export const SetupRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('example') }),
  z.object({ kind: z.literal('own'), team: z.unknown() }),
]);
export type SetupRequest = z.infer<typeof SetupRequest>;

export const SetupResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), errors: z.array(SetupError) }),
]);
export type SetupResult = z.infer<typeof SetupResult>;

export const MessagesPage = z.object({
  /** Of a thread: the message it hangs from. */
  root: ChatMessage.nullable(),
  messages: z.array(ChatMessage),
  /** Whether there are older ones. */
  more: z.boolean(),
});
export type MessagesPage = z.infer<typeof MessagesPage>;

/** The longest message, in UTF-16 units. */
export const MAX_TEXT = 40_000;

export const SayRequest = z.object({
  room: RoomId,
  threadId: z.string().refine(isAtMost(200)).nullable(),
  text: Typed.refine(isAtMost(MAX_TEXT), {
    error: `This is too long: ${MAX_TEXT.toLocaleString('en')} characters at most.`,
  }).refine((text) => text.trim() !== '', { error: 'Write something first.' }),
  /** Made when the words are first sent: sent again, they are posted once. */
  nonce: z.uuid(),
});
export type SayRequest = z.infer<typeof SayRequest>;

/** What the reader gets at once. `go` is already a place in the console; `notice` is a sentence. */
export const WebReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('form'), form: Form }),
  z.object({ kind: z.literal('card'), card: Card }),
  z.object({ kind: z.literal('done') }),
  z.object({
    kind: z.literal('suggestions'),
    options: z.array(z.object({ value: z.string(), label: z.string() })),
  }),
  z.object({ kind: z.literal('go'), room: RoomId, rootId: z.string() }),
  z.object({ kind: z.literal('notice'), text: z.string() }),
]);
export type WebReply = z.infer<typeof WebReply>;

export const SayResult = z.object({
  /** What was posted; null for a command, which nobody else sees. */
  message: ChatMessage.nullable(),
  reply: WebReply,
});
export type SayResult = z.infer<typeof SayResult>;

export const IntentRequest = z.object({ intent: Intent });
export type IntentRequest = z.infer<typeof IntentRequest>;

/** Any refusal: what is wrong, in a sentence that says what to do. */
export const Problem = z.object({ error: z.string() });

/** Events of the live stream, by name. */
export const Hello = z.object({ now: Instant, rev: z.int().nonnegative() });
export type Hello = z.infer<typeof Hello>;
export const Tick = z.object({ now: Instant });
export type Tick = z.infer<typeof Tick>;
export const Changes = z.object({ messages: z.array(ChatMessage) });
export type Changes = z.infer<typeof Changes>;
