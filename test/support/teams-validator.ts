import { createRequire } from 'node:module';
import { z } from 'zod';

const Event = z.object({ message: z.string() });
type Context = { eventCount: number; getEventAt(i: number): unknown };
type Drawn = { parse(card: object, context: Context): void; validateProperties(): unknown };

const isFunction = (value: unknown) => typeof value === 'function';
const Library = z.object({
  AdaptiveCard: z.custom<new () => Drawn>(isFunction),
  SerializationContext: z.custom<new (version: unknown) => Context>(isFunction),
  Versions: z.custom<{ v1_5: unknown }>(isFunction),
});

// By require: the library's types would bring the browser's globals into every test.
const library = Library.parse(createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js'));

/**
 * `choices.data` is of a later version, but Teams reads it in cards of 1.5 too: it finds choices as one types. How
 * many buttons there may be is for each host to say; five is but the library's default.
 */
const ALLOWED = /^Property "choices\.data" is supported in version 1\.6|^Maximum number of actions exceeded/;

/** What Microsoft's own library says against a card of version 1.5: unknown elements, properties and values. */
export function cardFaults(card: object): string[] {
  const context = new library.SerializationContext(library.Versions.v1_5);
  const drawn = new library.AdaptiveCard();
  drawn.parse(card, context);
  const parsed = Array.from({ length: context.eventCount }, (_, i) => Event.parse(context.getEventAt(i)));
  const { validationEvents } = z
    .object({ validationEvents: z.array(Event) })
    .parse(drawn.validateProperties());
  return [...parsed, ...validationEvents]
    .map(({ message }) => message)
    .filter((message) => !ALLOWED.test(message));
}
