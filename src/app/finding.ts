/** What a check of a setup found; the doctor shows it. `mend` says what to do about it; what is well needs nothing. */
export type Finding =
  | { state: 'ok'; says: string }
  | { state: 'warning' | 'wrong'; says: string; mend: string };

export function ok(says: string): Finding {
  return { state: 'ok', says };
}

/** Kept runs, but not as one would expect. */
export function warning(says: string, mend: string): Finding {
  return { state: 'warning', says, mend };
}

/** Kept doesn't start like this, or doesn't do its work. */
export function wrong(says: string, mend: string): Finding {
  return { state: 'wrong', says, mend };
}
