import pino, { type Logger } from 'pino';
import { dmOf } from '../../adapters/web/chat.ts';
import type { WebDeps } from '../../adapters/web/web-deps.ts';
import type { Clock } from '../../src/app/clock.ts';
import { anyPace, type Pace } from '../../src/app/pace.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import { CaseId, MemberId, NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import type { Member } from '../../src/domain/people.ts';
import {
  boardCard,
  call,
  caseCard,
  draftCard,
  history,
  nasty,
  nudge,
  strong,
  text,
  typed,
  wantsPromise,
} from './console-cards.ts';
import { openForm, promiseForm } from './console-forms.ts';
import { type FakeChat, fakeChat } from './fake-chat.ts';

const workspaceId = WorkspaceId.parse('10000000-0000-4000-8000-000000000000');
const caseId = CaseId.parse('20000000-0000-4000-8000-000000000000');
const HOUR = 3_600_000;

const person = (
  n: number,
  name: string,
  title: string,
  zone: string,
  rest: Partial<Member> = {},
): Member => ({
  id: MemberId.parse(`30000000-0000-4000-8000-00000000000${n}`),
  workspaceId,
  name: NonBlank.parse(name),
  title,
  zone,
  leadId: null,
  limit: null,
  absence: null,
  chat: { away: null, paused: null },
  admin: false,
  active: true,
  ...rest,
});

export const ana = person(1, 'Ana Ruiz', 'Support agent', 'Europe/Madrid');
export const ben = person(2, 'Ben Okafor', 'Support lead', 'Europe/London');
export const chiara = person(3, 'Chiara Rossi', 'Head of Success', 'America/New_York', {
  absence: { from: 0, until: null },
});
export const dev = person(4, 'Dev Patel', 'Account manager', 'Asia/Kathmandu');
export const eve = person(5, 'Eve Gone', 'Support agent', 'Europe/Berlin', { active: false });

/** The console's dependencies with canned cards and forms, and what was heard. */
export type FakeConsole = {
  deps: WebDeps;
  chat: FakeChat;
  heard: { memberId: MemberId; intent: Intent }[];
  /** Fills the rooms with cards of every kind; gives the case's root message. */
  furnish(): string;
};

/** A console before (`empty`) or after the first page's choice. */
export function fakeConsole(options: {
  clientDir: string;
  pace?: Pace;
  empty?: boolean;
  clock?: Clock;
  log?: Logger;
  publicUrl?: string;
}): FakeConsole {
  const clock = options.clock ?? Date.now;
  const chat = fakeChat(clock);
  const heard: FakeConsole['heard'] = [];
  const team = { id: workspaceId, name: NonBlank.parse('Northwind'), zone: 'Europe/Madrid' };
  let members: Member[] = options.empty ? [] : [ana, ben, chiara, dev, eve];
  let rootId: string | null = null;

  function hear(intent: Intent): Reply {
    switch (intent.kind) {
      case 'command':
        if (intent.text === 'crash') throw new Error('secret of the database');
        if (['list', 'mine', 'at risk'].includes(intent.text))
          return { kind: 'card', card: boardCard(ana, clock() + HOUR) };
        return { kind: 'form', form: openForm({ title: intent.text }, false) };
      case 'open from message':
        return {
          kind: 'form',
          form: {
            ...openForm({ title: intent.text.slice(0, 80) }, false),
            source: { text: intent.text, link: intent.link },
          },
        };
      case 'press':
        if (intent.action === 'promise') return { kind: 'form', form: promiseForm(ana, {}, false) };
        if (intent.action === 'go') return { kind: 'go', caseId };
        if (intent.action === 'show') return { kind: 'card', card: draftCard() };
        return { kind: 'done' };
      case 'preview':
      case 'submit': {
        const submitted = intent.kind === 'submit';
        const form =
          intent.form === 'promise'
            ? promiseForm(ana, intent.values, submitted, intent.nonce)
            : openForm(intent.values, submitted, intent.nonce);
        if (!submitted || form.fields.some(({ error }) => error !== null)) return { kind: 'form', form };
        if (intent.form === 'open') {
          const { title = '', stakes = '' } = intent.values;
          const root = chat.send(
            intent.place.channel,
            caseCard({ stakes, title, by: ana, at: clock() + 3 * HOUR }),
          );
          chat.send(intent.place.channel, wantsPromise(ana), root.id);
        }
        return { kind: 'done' };
      }
      case 'suggest': {
        const names = ['Acme', 'Acme Industries', 'Globex', 'Initech'];
        const found = names.filter((name) => name.toLowerCase().includes(intent.query.toLowerCase()));
        return { kind: 'suggestions', options: found.map((name) => ({ value: `c-${name}`, label: name })) };
      }
      case 'home':
        return { kind: 'card', card: boardCard(ana, clock() + HOUR) };
      case 'said':
        return { kind: 'done' };
    }
  }

  return {
    chat,
    heard,
    deps: {
      log: options.log ?? pino({ level: 'silent' }),
      clock,
      chat,
      pace: options.pace ?? anyPace,
      clientDir: options.clientDir,
      publicUrl: options.publicUrl ?? null,
      hear: async ({ memberId }, intent) => {
        heard.push({ memberId, intent });
        return hear(intent);
      },
      workspace: async () => (members.length > 0 ? { ...team, members } : null),
      async setUp(choice) {
        if (choice.kind === 'own' && choice.team.name === 'taken') {
          return { ok: false, errors: [{ path: 'name', message: 'This name is taken. Choose another.' }] };
        }
        members =
          choice.kind === 'example'
            ? [ana, ben, chiara, dev]
            : choice.team.members.map(({ name, title, zone }, i) => person(i + 1, name, title, zone));
        return { ok: true };
      },
      board: async () => boardCard(ana, clock() + 10 * 60_000),
      caseOfThread: async (_workspaceId, id) => (id === rootId ? caseId : null),
      threadOfCase: async () => (rootId ? { room: 'care', rootId } : null),
      operation: {
        health: async () => ({ ok: true }),
        ready: async () => ({ ok: false, checks: { database: { ok: false, detail: 'It doesn’t answer.' } } }),
        metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'kept_open_promises 3\n' }),
      },
    },
    furnish() {
      const soon = clock() + 12 * 60_000;
      chat.sendText('general', dev.id, 'Lunch at one?');
      chat.sendText('care', ana.id, 'Morning all. Acme just called: their export is down since noon.');
      chat.sendText('care', ana.id, nasty.script);
      chat.sendText('care', ben.id, nasty.rtl);
      chat.sendText('care', dev.id, nasty.long);
      const title = 'Export down since noon';
      const stakes = 'The board meets at 5pm and has no figures. “We will look like fools.”';
      const root = chat.send('care', caseCard({ stakes, title, by: ana, at: clock() + 3 * HOUR }));
      rootId = root.id;
      chat.send('care', wantsPromise(ana), root.id);
      chat.send('care', history(ana), root.id);
      chat.sendText('care', ana.id, 'On it, I have found the failing job.', root.id);
      chat.send('care', draftCard(), root.id);
      chat.send('care', nudge(ana, soon, true), root.id);
      chat.send('care', nudge(ana, soon, false), root.id);
      chat.sendText('care', ben.id, 'Thanks Ana. Shout if you need the on-call.', root.id);
      chat.sendText('care', ben.id, 'I can call Priya at three if that helps.');
      chat.send(dmOf(ben.id), call(ana, soon));
      chat.send(dmOf(ana.id), {
        tone: 'calm',
        heading: [strong('Hello Ana'), text(', this is '), typed('Kept')],
        blocks: [],
        actions: [],
      });
      return root.id;
    },
  };
}
