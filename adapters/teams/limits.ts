/** What a card of ours holds at most, in bytes of JSON unless named otherwise. Teams takes messages of 28 KB. */
export const LIMIT = {
  /** Everything in a card's body. Its fallback text, its mentions and the activity around it come on top. */
  body: 18_000,
  /** A form's body: nobody is mentioned in it, and its fallback text is but its title. */
  form: 24_000,
  /** Its fields; what is said around them has what they leave. */
  fields: 20_000,
  /** What may be typed into a form's fields together, in characters: it all comes back when something is wrong. */
  typed: 14_000,
  /** What screen readers and notifications get, in characters. */
  fallbackText: 800,
  summary: 200,
  /** Of a button's label, in characters. Longer ones are cut by Teams, without a word. */
  buttonText: 40,
  /** Buttons in a row, and their labels together in characters: more would be squeezed on a narrow card. */
  rowButtons: 4,
  rowText: 40,
  /** Buttons of a card's own in a message. */
  actions: 12,
  tooltip: 75,
  /** What one field takes, in characters. */
  inputValue: 3_000,
  label: 200,
  hint: 300,
  error: 600,
  optionText: 75,
  optionValue: 200,
  /** Times that are offered under a field. */
  choices: 6,
  mentions: 20,
  /** Of somebody who is mentioned, in characters. */
  name: 80,
  link: 2_000,
} as const;

/** How much room JSON takes up on its way. */
export function bytesOf(json: unknown): number {
  return Buffer.byteLength(JSON.stringify(json));
}
