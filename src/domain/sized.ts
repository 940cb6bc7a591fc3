/*
 * In the place of zod's own `min` and `max` for texts and lists that come from outside: those look at the `length` of
 * whatever comes, and throw where it is one that can't be compared, as in {"length":{"valueOf":1,"toString":1}}.
 */
type Sized = { length: number };

/** Whether there is anything in it. */
export function isFilled({ length }: Sized): boolean {
  return length > 0;
}

/** Whether it is no longer than that: UTF-16 units of a text, items of a list. */
export function isAtMost(most: number): (value: Sized) => boolean {
  return ({ length }) => length <= most;
}
