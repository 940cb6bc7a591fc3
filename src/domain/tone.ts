/** Words in a text for a customer that should not stand there, and what is wrong with them. */
export type ToneMark = { words: string; fault: 'blames' | 'dismisses' | 'promises nothing' };

/** English only: a draft in another language passes unmarked. Each pattern is a phrase that reads so in most contexts. */
const FAULTS: readonly { fault: ToneMark['fault']; pattern: RegExp }[] = [
  { fault: 'blames', pattern: /\byour (?:own )?(?:fault|mistake|error)\b/giu },
  { fault: 'blames', pattern: /\byou (?:should|could) have\b/giu },
  { fault: 'blames', pattern: /\byou (?:didn['’]t|did not|failed to|forgot to|never|misunderstood)\b/giu },
  {
    fault: 'blames',
    pattern: /\b(?:as|like) (?:i|we) (?:already )?(?:said|told you|explained|mentioned)\b/giu,
  },
  { fault: 'blames', pattern: /\buser error\b/giu },
  { fault: 'dismisses', pattern: /\bcalm down\b/giu },
  { fault: 'dismisses', pattern: /\bnot (?:our|my) (?:problem|fault|department|job)\b/giu },
  { fault: 'dismisses', pattern: /\b(?:per|it['’]s|against) (?:our |company )?policy\b/giu },
  { fault: 'dismisses', pattern: /\bnothing (?:i|we) can do\b/giu },
  { fault: 'dismisses', pattern: /\bonly a (?:minor|small) (?:issue|problem)\b/giu },
  { fault: 'dismisses', pattern: /\bno one else (?:has|is) (?:complained|complaining)\b/giu },
  {
    fault: 'promises nothing',
    pattern: /\b(?:get|come) back to you(?: soon| later| asap)?(?= ?[.!,;]| ?$)/gimu,
  },
  { fault: 'promises nothing', pattern: /\bas soon as (?:possible|we can|i can)\b|\basap\b/giu },
  { fault: 'promises nothing', pattern: /\b(?:we['’]ll|i['’]ll|we will|i will) (?:see|try)\b/giu },
  {
    fault: 'promises nothing',
    pattern: /\bin due (?:course|time)\b|\bat some point\b|\bwhen (?:i|we) get (?:a chance|time)\b/giu,
  },
  { fault: 'promises nothing', pattern: /\bhopefully\b/giu },
];

/** What a customer would hear as blame, as a brush-off, or as a promise of nothing, in the order of the text. */
export function checkTone(text: string): ToneMark[] {
  return FAULTS.flatMap(({ fault, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({ at: match.index, words: match[0], fault })),
  )
    .toSorted((a, b) => a.at - b.at)
    .map(({ words, fault }) => ({ words, fault }));
}
