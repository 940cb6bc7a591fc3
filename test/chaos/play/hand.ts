import type { ActionId, Subject } from '../../../src/conversation/card.ts';
import type { Name, Tenant } from './setting.ts';

/** A button that stands before somebody. */
export type Button = {
  action: ActionId;
  subject: Subject;
  /** Where it stands, as its end knows it. */
  spot: { post: string; conversation: string; index: number };
  label: string;
};

/** What came of something sent. `taken in`: it was acknowledged, and what comes of it is told later by `later`. */
export type Answer = {
  outcome: 'done' | 'rejected' | 'taken in' | 'unknown';
  ackedAt: number | null;
  /** Settles when more is known, or not. */
  later?: Promise<Answer>;
};

/** A form that somebody has before them. */
export type Sheet = {
  form: string;
  /** The names of its fields. */
  fields: readonly string[];
  /** Sends it. The same sheet may be sent again: it does its work once. */
  submit: (values: Record<string, string>) => Promise<Answer>;
};

/** What a press shows. */
export type Pressed = { kind: 'sheet'; sheet: Sheet; ackedAt: number | null } | ({ kind: 'answer' } & Answer);

/** How the people of a workspace reach Kept. */
export type Hand = {
  tenant: Tenant;
  /** Buttons that stand before them. */
  buttons: (who: Name) => Promise<readonly Button[]>;
  press: (who: Name, button: Button, how?: { twice?: boolean }) => Promise<Pressed>;
  /** The form that a case is opened with. */
  open: (who: Name, words: string) => Promise<Sheet | null>;
  /** Words in a case's thread; null when there is no thread yet. */
  say: (who: Name, caseId: string, words: string) => Promise<Answer | null>;
};

/** What an answer may take before the platform shows an error to the person, in ms. */
export const PLATFORM_WAITS_MS = 3_000;

/** What comes of it within so long; null where it takes longer, or fails. */
export async function within<One>(ms: number, work: Promise<One>): Promise<One | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks until there is something, or the time is over. */
export async function until<One>(
  ms: number,
  ask: () => One | null | undefined,
  everyMs = 50,
): Promise<One | null> {
  const end = Date.now() + ms;
  for (;;) {
    const found = ask();
    if (found !== null && found !== undefined) return found;
    if (Date.now() >= end) return null;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
