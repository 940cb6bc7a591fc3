/** Work that begins in this process at once, with no queue in between. */
export type Here = { begin: () => boolean; stop: () => Promise<void> };

/** `begin` is false once it was stopped: then somebody else has to. `stop` waits for what is going on. */
export function here(run: () => Promise<void>): Here {
  const going = new Set<Promise<void>>();
  let stopped = false;
  return {
    begin: () => {
      if (stopped) return false;
      const one = run()
        // Whoever failed has said so; the sweep takes its work up.
        .catch(() => undefined)
        .finally(() => going.delete(one));
      going.add(one);
      return true;
    },
    stop: async () => {
      stopped = true;
      await Promise.all(going);
    },
  };
}
