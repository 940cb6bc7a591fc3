/** What a run was found guilty of. */
export type Verdict =
  | 'lost'
  | 'doubled'
  | 'early'
  | 'late'
  | 'out of order'
  | 'wrong tenant'
  | 'not by the plan'
  | 'silent'
  | 'not drained';

/** One thing that must not be, with what is needed to understand it. */
export type Finding = {
  verdict: Verdict;
  /** In a sentence. */
  what: string;
  connection: string | null;
  caseId: string | null;
  /** The message's key, or the command's id. */
  about: string | null;
  /** When it should have been, or was. */
  at: number;
  details: Record<string, unknown>;
};
