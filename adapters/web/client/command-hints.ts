/** A line that the composer can be completed to. `whole` ones need nothing more typed. */
export type Hint = { line: string; about: string; whole: boolean };

const HINTS: readonly Hint[] = [
  { line: '/care ', about: 'Open a care case: write what happened', whole: false },
  { line: '/care mine', about: 'My promises', whole: true },
  { line: '/care at risk', about: 'What is at risk now', whole: true },
  { line: '/care list', about: 'Open cases', whole: true },
  { line: '/care board', about: 'All that is promised, what is at risk first', whole: true },
  { line: '/care show ', about: 'A case by its number, like 12', whole: false },
  { line: '/care away until ', about: 'Say that you are away, like “Monday”', whole: false },
  { line: '/care back', about: 'Say that you are back', whole: true },
  { line: '/care home', about: 'What is yours: promises, risks, cases', whole: true },
  { line: '/care team', about: 'Who is called and who may decide what', whole: true },
  { line: '/care policy', about: 'When Kept reminds and calls', whole: true },
  { line: '/care help', about: 'What Kept understands', whole: true },
];

/** What typed words could become: something as soon as they begin with `/`, nothing once they say more. */
export function commandHints(typed: string): readonly Hint[] {
  if (!typed.startsWith('/') || typed.includes('\n')) return [];
  const start = typed.toLowerCase().replace(/\s+/g, ' ');
  return HINTS.filter(({ line }) => line.startsWith(start) && line.trimEnd() !== start.trimEnd());
}
