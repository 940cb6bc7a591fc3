import type { Card } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import type { Place } from '../../src/conversation/intent.ts';
import { membersIn } from '../../src/conversation/members-in.ts';
import { warningOf } from '../../src/conversation/warning.ts';
import { MemberId } from '../../src/domain/ids.ts';
import { isPostOfCase } from './case-at.ts';
import type { DrawContext } from './drawn.ts';
import { markOf } from './filled-form.ts';
import { drawForm } from './form-card.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import { type Job, underOf } from './job.ts';
import { drawMessage, spokenText } from './message.ts';
import type { FormMeta, WholeRef } from './meta.ts';
import { drawPage } from './page.ts';
import type { Places } from './places.ts';
import { drawContextOf } from './post-context.ts';
import type { Whisper } from './whisper.ts';
import { isCut, type WholeValues } from './whole-values.ts';

type Deps = Pick<Asked, 'connections' | 'threadOf' | 'caseAt'>;

type CardOptions = {
  /** What *Show all* refers to. */
  whole?: WholeRef | null;
  /** What stood in its place, to go back to. */
  back?: WholeRef | null;
  /** Drawn whole, from this page on. */
  page?: number | null;
  isQuestion?: boolean;
  /** It can't be asked for again. */
  isOnce?: boolean;
  /** Nothing follows: where the message is theirs alone, it says so from now on. */
  isEnd?: boolean;
};

/** Gives people in Teams what they get at once. */
export type Answer = {
  card(job: Job, card: Card, options?: CardOptions): Promise<void>;
  /** `isForAll`: nothing in it is for their eyes alone. */
  sentence(job: Job, said: string, options?: { isForAll?: boolean }): Promise<void>;
  /** A form for the first time; `isApart`: in a message of its own. */
  form(job: Job, form: Form, more: { place: Place; under: WholeRef | null; isApart: boolean }): Promise<void>;
  /** A form that was shown before, as it is filled in. */
  formAgain(job: Job, form: Form, meta: FormMeta): Promise<void>;
};

/** Draws answers and brings them to where the person is. */
export function createAnswer(parts: {
  deps: Deps;
  places: Pick<Places, 'shared'>;
  whisper: Whisper;
  whole: Pick<WholeValues, 'keep'>;
  /** `none` where the client looks nothing up as one types. */
  lookups?: 'none';
}): Answer {
  const { deps, places, whisper, whole, lookups } = parts;

  async function formContext(job: Job, form: Form): Promise<DrawContext> {
    const { connection } = job;
    const { workspaceId, id } = connection;
    const around: Card = {
      tone: 'calm',
      heading: [],
      blocks: [...form.intro, ...form.notes],
      actions: [],
    };
    const chosen = form.fields.flatMap(({ input, value }) => {
      const member = input.kind === 'member' ? MemberId.safeParse(value) : null;
      return member?.success ? [member.data] : [];
    });
    const members = [...new Set([...membersIn(around), ...chosen])];
    const userIds =
      members.length === 0
        ? new Map<MemberId, string>()
        : await deps.connections.identitiesOf(workspaceId, id, members);
    return {
      userIds,
      threadUrl: null,
      whole: null,
      host: job.outlet.host,
      channels: await channels(job, form),
      ...(lookups === undefined ? {} : { lookups }),
    };
  }

  /** What can be chosen where a channel is asked for: what has a name to choose it by. */
  async function channels({ connection }: Job, form: Form) {
    if (form.fields.every(({ input }) => input.kind !== 'channel')) {
      return [];
    }
    const shared = await places.shared(connection);
    return shared.flatMap(({ conversation: value, name }) =>
      name === null || name.trim() === '' ? [] : [{ value, label: name }],
    );
  }

  function keepWhole({ connection, told }: Job, form: Form): Promise<string> {
    const values = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
    return whole.keep(connection, told.from.personId, values);
  }

  /** The message that they press in, where it is theirs to be done with: not a case's, whatever a button says. */
  async function ownPostOf({ connection, told, on }: Job): Promise<string | null> {
    const { conversation } = told.where;
    return on === null || (await isPostOfCase(deps, connection, { conversation, on })) ? null : on;
  }

  async function give(job: Job, form: Form, meta: FormMeta, isApart: boolean): Promise<void> {
    const drawn = { ...meta, warned: markOf(warningOf(form)), rest: null };
    const context = await formContext(job, form);
    const first = drawForm(form, drawn, context);
    const card = isCut(first)
      ? drawForm(form, { ...drawn, rest: await keepWhole(job, form) }, context)
      : first;
    const shown = { is: 'card' as const, card, summary: form.title };
    if (isApart) {
      await job.outlet.give({ is: 'sentence', said: words.formApart, isForAll: true });
      await whisper.give(job, shown, {});
    } else {
      await job.outlet.give(shown);
    }
  }

  return {
    card: async (job, card, options = {}) => {
      const { whole: ref = null, back = null, page = null, isEnd = false } = options;
      const on = isEnd ? await ownPostOf(job) : null;
      const drawn = await drawContextOf(deps, job.connection, card, ref, job.outlet.host);
      const context = { ...drawn, back };
      const message =
        page === null
          ? drawMessage(card, context)
          : { card: drawPage(card, context, page), summary: spokenText(card).slice(0, 100) };
      await job.outlet.give({ is: 'card', ...message }, options);
      if (on === null) {
        return;
      }
      // In their own chat it stays as they saw it; where others are, it says that it is done with.
      if (job.told.where.kind === 'personal') {
        await whisper.replace(job, on, { is: 'card', ...message });
      } else if (underOf(job.told) === null) {
        await whisper.close(job, on);
      }
    },
    sentence: (job, said, { isForAll = false } = {}) => job.outlet.give({ is: 'sentence', said, isForAll }),
    form: (job, form, { place, under, isApart }) => {
      const { id, nonce, subject, source } = form;
      const meta = {
        form: id,
        nonce,
        subject,
        place,
        source: source === null ? null : { heard: job.wordsId, link: source.link },
        under,
        warned: '',
        rest: null,
      };
      return give(job, form, meta, isApart);
    },
    formAgain: (job, form, meta) => give(job, form, meta, false),
  };
}
