import { z } from 'zod';
import { Typed } from '../../src/domain/ids.ts';
import { isAtMost } from '../../src/domain/sized.ts';

/** A button of the tab that was pressed: its data and the inputs beside it, and an id of this press. */
export const TabPress = z.object({ id: z.uuid(), data: z.record(z.string(), z.unknown()) });
export type TabPress = z.infer<typeof TabPress>;

/** What is typed where customers are found. */
export const TabQuery = z.object({ query: Typed.refine(isAtMost(1_000)) });
export type TabQuery = z.infer<typeof TabQuery>;

export const TabChoices = z.array(z.object({ title: z.string(), value: z.string() }));
export type TabChoices = z.infer<typeof TabChoices>;

/** What the tab shows next: a card in the place of the one on show, or a sentence, and the first card again. */
export const TabAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), card: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('sentence'), text: z.string() }),
]);
export type TabAnswer = z.infer<typeof TabAnswer>;

/** Why not, for the one who reads it. `expired`: with a new token it may be tried again. */
export const TabRefusal = z.object({ error: z.string(), expired: z.boolean().default(false) });
export type TabRefusal = z.infer<typeof TabRefusal>;

/** Where the reader is: how their words are spelt and their clock. */
export const TabReader = z.object({
  locale: z.string().refine(isAtMost(100)).nullable().catch(null),
  zone: z.string().refine(isAtMost(100)).nullable().catch(null),
});
export type TabReader = z.infer<typeof TabReader>;
