/** A clock that a test turns forward. */
export function handClock(at: string) {
  let now = Date.parse(at);
  return {
    now: () => now,
    forward: (ms: number) => {
      now += ms;
    },
  };
}
