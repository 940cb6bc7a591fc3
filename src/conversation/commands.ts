import { comeBack, goAway } from '../app/absence.ts';
import { formatInstant, formatSpan } from '../domain/instant.ts';
import { readTime } from '../domain/plain-time.ts';
import type { Card } from './card.ts';
import type { Values } from './form.ts';
import type { FormContext } from './forms/context.ts';
import { homeCard } from './home-card.ts';
import { atRiskCard, boardCard, casesCard, mineCard, showCard } from './list-cards.ts';
import { loadView } from './load.ts';
import { prefill } from './prefill.ts';
import { noteCard } from './promise-cards.ts';
import { isUnset, ladderWords, teamCard } from './team-card.ts';
import { strong, text, typed } from './view.ts';
import { words } from './words.ts';

/** What a command answers: a card for the one who asked, or the open form with what was typed in its place. */
export type Answer = { kind: 'card'; card: Card } | { kind: 'open'; values: Values };

type Command = {
  pattern: RegExp;
  /** It changes something. */
  acts?: true;
  run: (context: FormContext, argument: string) => Promise<Card>;
};

/** The words after `/care` that are a command of their own. Anything else opens a case. */
const COMMANDS: readonly Command[] = [
  { pattern: /^(?:mine|my promises)$/iu, run: mine },
  { pattern: /^(?:wh(?:at|o)(?:['’]?s| is| are)? )?(?:at )?risks?(?: now)?$/iu, run: atRisk },
  { pattern: /^list$/iu, run: list },
  { pattern: /^board$/iu, run: boardOf },
  { pattern: /^show(?: me)?(?: #?(\S*))?$/iu, run: show },
  { pattern: /^away(?: ((?:until|till)(?: .+)?))?$/iu, run: away, acts: true },
  { pattern: /^back$/iu, run: back, acts: true },
  { pattern: /^home$/iu, run: home },
  { pattern: /^policy$/iu, run: policy },
  { pattern: /^(?:team|settings)$/iu, run: team },
  { pattern: /^(?:help|\?)$/iu, run: (context) => help(context) },
  { pattern: /^(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: (?:there|all|kept))?$/iu, run: hello },
  { pattern: /^(?:thanks?|thank you|thx)(?: (?:a lot|so much|very much|kept))?$/iu, run: thanked },
];

/** A single small word is a slip of the fingers far more often than a case. */
const SLIP = /^\p{Ll}{1,12}( \d+)?$/u;

/** How a sentence ends that is a command all the same. */
const CLOSE = /(?<=\S)(?: ?[.!?…,]|[ ,]please)+$/iu;
/** No command is longer: a time in plain words is 200 characters at most. */
const LONGEST = 300;

/** Whether a form comes of the words after `/care`, as far as the words alone can tell. */
export function opensForm(said: string): boolean {
  const trimmed = inOneLine(said);
  return !SLIP.test(trimmed) && commandIn(trimmed) === null;
}

/** Whether the words after `/care` are a command that changes something. */
export function actsAtOnce(said: string): boolean {
  return commandIn(inOneLine(said))?.acts === true;
}

/** Answers the words after `/care`. */
export async function answerCommand(context: FormContext, said: string): Promise<Answer> {
  const trimmed = inOneLine(said);
  const command = commandIn(trimmed);
  if (command !== null) {
    return { kind: 'card', card: await command.run(context, command.argument) };
  }
  if (SLIP.test(trimmed) && !(await isCustomer(context, trimmed))) {
    return { kind: 'card', card: await help(context, trimmed) };
  }
  return { kind: 'open', values: await prefill(context, said.trim()) };
}

function inOneLine(said: string): string {
  return said.trim().replaceAll(/\s+/gu, ' ');
}

/** The command that the words are, however a sentence of them ends, and what is said with it. */
function commandIn(said: string): (Omit<Command, 'pattern'> & { argument: string }) | null {
  if (said.length > LONGEST) {
    return null;
  }
  const bare = said.replace(CLOSE, '');
  // As it stands first: `away until now` means the time.
  for (const words of [bare, bare.replace(/ (?:me|now)$/iu, '').replace(CLOSE, '')]) {
    for (const { pattern, ...command } of COMMANDS) {
      const match = pattern.exec(words);
      if (match !== null) {
        return { ...command, argument: (match[1] ?? '').trim() };
      }
    }
  }
  return null;
}

async function mine({ deps, who, team }: FormContext): Promise<Card> {
  return deps.store.read(who.workspaceId, async (tx) => {
    const waiting = await tx.waitingCases(who.memberId, 100);
    return mineCard(await tx.unsettledPromises(who.memberId, 100), team, waiting);
  });
}

async function atRisk({ deps, who, team }: FormContext): Promise<Card> {
  return deps.store.read(who.workspaceId, async (tx) =>
    atRiskCard(await tx.troubledPromises(500), await tx.waitingCases(null, 100), team),
  );
}

async function list({ deps, who, team }: FormContext): Promise<Card> {
  const rows = await deps.store.read(who.workspaceId, (tx) => tx.cases(100));
  return casesCard(rows, team);
}

/** The board of a workspace: what is at risk, what could not be said, and all that was promised. */
export async function boardOf({ deps, who, team }: FormContext): Promise<Card> {
  return deps.store.read(who.workspaceId, async (tx) => {
    const parts = {
      troubled: await tx.troubledPromises(500),
      promises: await tx.unsettledPromises(null, 500),
      waiting: await tx.waitingCases(null, 100),
      unsaid: await tx.unsaid(20),
      disconnected: await tx.disconnected(),
    };
    return boardCard(parts, team);
  });
}

async function show({ deps, who }: FormContext, argument: string): Promise<Card> {
  if (argument === '') {
    return noteCard([text(words.show.which)]);
  }
  const number = /^\d{1,9}$/u.test(argument) ? Number(argument) : null;
  const found = await deps.store.read(who.workspaceId, async (tx) => {
    const file = number === null ? null : await tx.caseByNumber(number);
    return file === null ? null : { caseId: file.case.id, timeline: await tx.timeline(file.case.id, 40) };
  });
  const view = found === null ? null : await loadView(deps, who, found.caseId);
  return found === null || view === null
    ? noteCard([text(words.show.notFound(argument))])
    : showCard(view, found.timeline, deps.caseUrl(who.workspaceId, found.caseId));
}

async function away(context: FormContext, argument: string): Promise<Card> {
  const { deps, who, me, now, calendar, team } = context;
  const then = isUnset(team, me) ? ` ${words.team.nobodyForYou}${words.team.setIt}` : words.away.promised;
  if (argument === '') {
    await goAway(deps, who, null);
    return noteCard([text(words.away.open), text(then)]);
  }
  const reading = readTime(argument.replace(/^\S+ ?/u, ''), now, me.zone, calendar);
  // A day without a time is its first choice: who is away until Monday is back on Monday morning.
  const until = reading.ok ? reading.at : reading.choices[0];
  if (until === undefined) {
    const isPast = !reading.ok && reading.why === 'past';
    return noteCard([text(isPast ? words.away.past : words.away.unread)], 'attention');
  }
  await goAway(deps, who, until);
  return noteCard([text(words.away.done(formatInstant(until, me.zone, now))), text(then)]);
}

async function back({ deps, who }: FormContext): Promise<Card> {
  await comeBack(deps, who);
  return noteCard([text(words.away.back)], 'good');
}

async function policy({ policy: p, team, me }: FormContext): Promise<Card> {
  const w = words.policy;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const line = (said: string): Card['blocks'][number] => ({ b: 'text', line: [text(said)] });
  return {
    tone: 'calm',
    heading: [text(w.heading)],
    blocks: [
      line(w.shares(percent(p.halfway.share), percent(p.soon.share), percent(p.atRisk.share))),
      line(w.grace(formatSpan(p.grace.minMs), formatSpan(p.grace.maxMs))),
      line(w.climb(formatSpan(p.climb.minMs), formatSpan(p.climb.afterMs))),
      line(
        w.waiting(
          formatSpan(p.waiting.againMs),
          formatSpan(p.waiting.channelMs),
          formatSpan(p.waiting.ladderMs),
        ),
      ),
      line(w.clock(p.aroundTheClock.map((severity) => words.severityName[severity]).join(', '))),
      line(w.quiet(team.workspace.quiet.from, team.workspace.quiet.to)),
      {
        b: 'text',
        line: isUnset(team, me)
          ? [text(words.team.nobodyForYou), text(words.team.setIt)]
          : [text(w.ladder), ladderWords(team, me)],
      },
    ],
    actions: [],
  };
}

async function team({ team, me, place }: FormContext): Promise<Card> {
  return teamCard(team, me, place.connection);
}

/** What concerns a member: their promises, what is at risk in their team, the cases they opened. */
export async function home({ deps, who, team, me }: FormContext): Promise<Card> {
  return deps.store.read(who.workspaceId, async (tx) =>
    homeCard(
      {
        mine: await tx.unsettledPromises(me.id, 100),
        troubled: await tx.troubledPromises(500),
        waiting: await tx.waitingCases(null, 100),
        opened: await tx.casesOpenedBy(me.id, 100),
      },
      me,
      team,
    ),
  );
}

async function isCustomer({ deps, who }: FormContext, name: string): Promise<boolean> {
  const found = await deps.store.read(who.workspaceId, (tx) => tx.customersNamed([name]));
  return found.length > 0;
}

function hello(context: FormContext): Promise<Card> {
  return help(context, '', words.help.hello);
}

async function thanked(): Promise<Card> {
  return noteCard([text(words.help.welcome)], 'good');
}

async function help(_context: FormContext, unknown = '', intro = words.help.intro): Promise<Card> {
  const rows = words.help.commands.map(([said, does]) => ({
    line: [strong(said ?? '')],
    detail: [text(does ?? '')],
    tone: 'calm' as const,
    actions: [],
  }));
  return {
    tone: 'calm',
    heading: [text(words.help.heading)],
    blocks: [
      {
        b: 'text',
        line: unknown === '' ? [text(intro)] : [text(words.help.unknown), typed(unknown)],
      },
      { b: 'list', items: rows },
    ],
    actions: [],
  };
}
