import type { History } from '../app/store.ts';
import type { CareCase } from '../domain/care-case.ts';
import type { CarePromise } from '../domain/care-promise.ts';
import { isUnsettled } from '../domain/care-promise.ts';
import type { CaseFile } from '../domain/case-file.ts';
import type { MemberId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Customer, Team } from '../domain/people.ts';
import type { Policy } from '../domain/policy.ts';
import type { Action, ActionId, Inline, Subject } from './card.ts';
import { words } from './words.ts';

/** What a card is drawn from: a case as it stands, and the people around it. */
export type View = {
  file: CaseFile;
  customer: Customer;
  team: Team;
  policy: Policy;
  now: Instant;
  history: History;
};

/** Our own words. */
export function text(value: string): Inline {
  return { t: 'text', text: value };
}

/** Our own words, set off. */
export function strong(value: string): Inline {
  return { t: 'strong', text: value };
}

/** Somebody's words: drawn as they are, and never fired. */
export function typed(value: string): Inline {
  return { t: 'typed', text: value };
}

/** Words that lead somewhere; the address as text where it is none that a browser opens. */
export function link(words: string, url: string): Inline {
  const isWeb = URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol);
  return isWeb ? { t: 'link', text: words, url: new URL(url).href } : typed(url);
}

/** A member by name, mentioned where the surface can: in a heading or a text it calls them there. */
export function member({ team }: Pick<View, 'team'>, id: MemberId): Inline {
  return { t: 'member', id, name: nameOf({ team }, id) };
}

/** A member by name alone: who did something needn't be told of it. */
export function named({ team }: Pick<View, 'team'>, id: MemberId): Inline {
  return typed(nameOf({ team }, id));
}

/** The name of a member, also of one who has left. */
export function nameOf({ team }: Pick<View, 'team'>, id: MemberId | null): string {
  const found = id === null ? undefined : team.members.get(id);
  return found?.name ?? words.people.somebody;
}

/** A moment, in the reader's zone and beside it in the customer's. */
export function moment({ customer }: Pick<View, 'customer'>, at: Instant): Inline {
  return {
    t: 'time',
    at,
    also: customer.zone === null ? null : { zone: customer.zone, label: customer.name },
  };
}

/** The subject of an action on this case. */
export function subjectOf(careCase: CareCase, part: Partial<Subject> = {}): Subject {
  return { caseId: careCase.id, promiseId: null, askId: null, ...part };
}

/** A button by its id: its label is the catalogue's. */
export function button(id: ActionId, subject: Subject, style: Action['style'] = 'plain'): Action {
  return { id, label: words.actions[id], style, subject };
}

/** The promises that still need somebody, the soonest first. */
export function unsettledOf({ file }: Pick<View, 'file'>): CarePromise[] {
  return file.promises.filter(isUnsettled).toSorted((a, b) => a.followUpAt - b.followUpAt);
}
