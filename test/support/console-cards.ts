import {
  type Action,
  type ActionId,
  type Card,
  type Inline,
  noSubject,
} from '../../src/conversation/card.ts';
import type { Member } from '../../src/domain/people.ts';

/** Typed text of the kinds that break pages. */
export const nasty = {
  script:
    '<script>window.fired = true</script> <img src=x onerror="window.fired = true"> <!channel> @everyone',
  rtl: 'لوحة التصدير متوقفة منذ الظهر والاجتماع الساعة الخامسة',
  markdown: '**bold** [link](javascript:alert(1)) `code` &amp; https://example.com',
  emoji: '👩‍👩‍👧‍👦 🇪🇺 ❤️‍🔥 e\u0301 zalgo h̶̢̛e̸',
  unbroken: 'x'.repeat(400),
  long: Array.from({ length: 1_000 }, (_, i) => `word${i}`).join(' '),
};

export const text = (words: string): Inline => ({ t: 'text', text: words });
export const strong = (words: string): Inline => ({ t: 'strong', text: words });
export const typed = (words: string): Inline => ({ t: 'typed', text: words });
export const member = ({ id, name }: Pick<Member, 'id' | 'name'>): Inline => ({ t: 'member', id, name });
export const time = (at: number, zone?: string, label = ''): Inline => ({
  t: 'time',
  at,
  also: zone ? { zone, label } : null,
});
export const action = (id: ActionId, label: string, style: Action['style'] = 'plain'): Action => ({
  id,
  label,
  style,
  subject: noSubject,
});

/** The card of a case, as it stands in the channel. */
export function caseCard(words: { stakes: string; title: string; by: Member; at: number }): Card {
  return {
    tone: 'calm',
    heading: [strong('Acme'), text(' · '), typed(words.title)],
    blocks: [
      { b: 'quote', label: 'What it means for them', text: words.stakes },
      {
        b: 'facts',
        rows: [
          {
            label: 'Their deadline',
            value: [time(words.at, 'Asia/Kathmandu', 'for Acme'), text(' · board meeting')],
          },
          { label: 'Severity', value: [text('serious')] },
          { label: 'Opened by', value: [member(words.by)] },
          { label: 'Case', value: [text('#12')] },
        ],
      },
    ],
    actions: [
      action('promise', 'Make the promise', 'primary'),
      action('ask', 'Need authority'),
      action('close', 'Close'),
    ],
  };
}

/** Who owns it, what will you do, when do they hear from you? */
export function wantsPromise(by: Member): Card {
  return {
    tone: 'attention',
    heading: [member(by), text(', who owns it, what will you do, and when do they hear from you?')],
    blocks: [{ b: 'note', line: [text('Asked at once. Asked again in 5 min.')] }],
    actions: [action('promise', 'Make the promise', 'primary'), action('on it', 'On it')],
  };
}

/** What the team knows of the customer, with typed text of every nasty kind. */
export function history(by: Member): Card {
  return {
    tone: 'calm',
    heading: [text('Before this, with '), strong('Acme')],
    blocks: [
      { b: 'text', line: [text('2 promises kept, 1 broken, 1 moved early.')] },
      {
        b: 'list',
        items: [
          {
            line: [typed('Invoices doubled after the move'), text(' · closed')],
            detail: [text('Kept by '), member(by)],
            tone: 'good',
            actions: [action('show', 'Show')],
          },
          {
            line: [typed(nasty.rtl)],
            detail: [typed(nasty.markdown)],
            tone: 'calm',
            actions: [],
          },
        ],
      },
      { b: 'quote', label: 'Notes', text: `${nasty.script}\n${nasty.emoji}\n${nasty.unbroken}` },
      { b: 'quote', label: 'What happened then', text: nasty.long },
      { b: 'note', line: [text('Only the team sees this.')] },
    ],
    actions: [],
  };
}

/** A nudge that can be answered, or has been. */
export function nudge(owner: Member, at: number, answered: boolean): Card {
  return {
    tone: answered ? 'good' : 'attention',
    heading: answered
      ? [text('Kept by '), member(owner)]
      : [member(owner), text(', half of your time is over')],
    blocks: [
      { b: 'text', line: [typed('Find the failing export and send them the file by hand')] },
      {
        b: 'facts',
        rows: [{ label: 'They hear from you', value: [time(at, 'Asia/Kathmandu', 'for Acme')] }],
      },
    ],
    actions: answered
      ? []
      : [
          action('keep', 'Kept', 'primary'),
          action('move', 'Move it'),
          action('ask', 'Need authority'),
          action('hand over', 'Hand over'),
        ],
  };
}

/** The DM to an authority holder. */
export function call(owner: Member, at: number): Card {
  return {
    tone: 'urgent',
    heading: [strong('Acme'), text(': a promise is at risk')],
    blocks: [
      { b: 'quote', label: 'What it means for them', text: 'The board meets at 5pm and has no figures.' },
      {
        b: 'facts',
        rows: [
          { label: 'Promised', value: [typed('Find the failing export'), text(', by '), member(owner)] },
          { label: 'They hear from us', value: [time(at, 'Asia/Kathmandu', 'for Acme')] },
          { label: 'Since then', value: [text('No sign of life after the last reminder.')] },
        ],
      },
    ],
    actions: [
      action('take', 'I’ll take it', 'primary'),
      action('hand over', 'Hand over'),
      action('move', 'Move it'),
      action('go', 'Open thread'),
    ],
  };
}

/** A draft with marks. */
export function draftCard(): Card {
  return {
    tone: 'good',
    heading: [text('What you can tell Acme')],
    blocks: [
      {
        b: 'draft',
        text: 'Hi Priya,\n\nunfortunately your settings broke the export. I will look into it and get back to you asap.\n\nAna',
        marks: [
          {
            words: 'your settings broke the export',
            why: 'It blames the customer. Say what happened, not who did it.',
          },
          { words: 'asap', why: 'It promises nothing. Write a time.' },
        ],
      },
    ],
    actions: [],
  };
}

/** The board, with `items` things at risk. */
export function boardCard(owner: Member, at: number, items = 3): Card {
  const tones = ['urgent', 'attention', 'calm'] as const;
  return {
    tone: items > 0 ? 'urgent' : 'good',
    heading: [text(items > 0 ? `${items} at risk now` : 'Nothing is at risk')],
    blocks: [
      {
        b: 'list',
        items: Array.from({ length: items }, (_, i) => ({
          line: [
            strong(['Acme', 'Globex', 'Initech'][i % 3] ?? 'Acme'),
            text(' · '),
            typed('Find the failing export'),
          ],
          detail: [member(owner), text(' · '), time(at + i * 900_000)],
          tone: tones[i % 3] ?? 'calm',
          actions: [action('go', 'Open thread'), action('take', 'I’ll take it')],
        })),
      },
      { b: 'note', line: [text('A case without a reachable authority holder is shown in red.')] },
    ],
    actions: [],
  };
}
