/** What a text says as JSON; null where it isn't any. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Deeper JSON is nobody's, and JSON.stringify and Postgres end somewhere. */
const MAX_DEPTH = 100;

/** Whether something is nested too deep for anybody to have meant it. */
export function isTooDeep(body: object): boolean {
  let level: object[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      return true;
    }
    level = level.flatMap((one) =>
      Object.values(one).filter((value): value is object => typeof value === 'object' && value !== null),
    );
  }
  return false;
}
