import { type KeyboardEvent, useState } from 'react';

/** The option that arrow keys have reached in a list below an input; -1 is none. */
export type Options = {
  active: number;
  reset: () => void;
  /** Handles arrows, Home and End; true when the key was one of those. */
  move: (event: KeyboardEvent) => boolean;
};

/** Arrow keys over `count` options, round and round. `first` is where the list starts. */
export function useOptions(count: number, first = -1): Options {
  const [active, setActive] = useState(first);
  return {
    active: active < count ? active : first,
    reset: () => setActive(first),
    move(event) {
      if (count === 0 || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return false;
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : active < 0 ? 0 : -1;
      setActive((Math.min(active, count - 1) + step + count) % count);
      return true;
    },
  };
}
