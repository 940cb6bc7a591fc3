/** Ends a switch over a union. The compiler objects when a member is left out; at run time it throws. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
