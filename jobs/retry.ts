/** Every pause, limit and retry of the bells, in ms. None of them decides whether a promise is kept. */
export const RETRY = {
  /** Before try `times` to reach Redis again. */
  redisConnect: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), 2_000),
  /** Before a queue or worker that failed to open is opened anew. */
  reopen: 1_000,
  /** Before a worker that lost its connection asks for the next job again. */
  fetch: 1_000,
  /** How long a ring may keep its caller, and how long rings then stay away from what didn't answer. */
  ring: 1_000,
  /** The same for a chunk of the refill, which nobody waits for. */
  ringMany: 5_000,
  ringPause: 3_000,
  /** How long bells for what is far wait for what is overdue, after a flush. */
  overdue: 20_000,
  /** At most one warning of a kind in this time. */
  warn: 5_000,
  /** How long stopping waits for work in flight, and then for connections to close. */
  finish: 5_000,
  disconnect: 2_000,
} as const;

/** How often what runs, runs, in ms. That bells were flushed is seen within a look, and overdue work done then. */
export const PACE = {
  sweep: 5_000,
  refill: 20_000,
  /** How often it is looked whether bells that should hang still hang. */
  look: 2_000,
  /** How often a process asks whether a duty of the fleet is due, and its. */
  duty: 5_000,
  /** How far ahead bells hang. */
  horizon: 600_000,
  /** What is due so soon is hung before all else. */
  near: 15_000,
  /** A sweep that hasn't gone well for so long beyond its turn isn't healthy. */
  unwell: 60_000,
} as const;
