/**
 * Keeps calls of `run` from piling up. At most `lanes` runs go on at once; whoever asks beyond that shares
 * one run that begins after one of them has ended, and so sees all that was there when it was asked for.
 */
export function singleFlight(run: () => Promise<unknown>, lanes = 1): () => Promise<void> {
  let running = 0;
  let next: Promise<void> | undefined;
  let beginNext: (() => void) | undefined;

  async function start(): Promise<void> {
    running += 1;
    try {
      await run();
    } finally {
      running -= 1;
      beginNext?.();
    }
  }

  return () => {
    if (next) return next;
    if (running < lanes) return start();
    next = new Promise<void>((resolve) => {
      beginNext = resolve;
    }).then(() => {
      next = undefined;
      beginNext = undefined;
      return start();
    });
    return next;
  };
}
