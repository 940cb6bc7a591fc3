import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 80;

/** A scrolled list that stays at its end while one reads there, and in place while older ones are put before. */
export type Stick = {
  scroller: RefObject<HTMLDivElement | null>;
  /** Whether something came below while the reader was further up. */
  below: boolean;
  onScroll: () => void;
  toEnd: () => void;
};

/** `first` and `last` name the list's ends; when they change, something was put before or behind. */
export function useStick(list: string, first: string | undefined, last: string | undefined): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(false);
  const seen = useRef({ list: '', first, last, height: 0, atEnd: true });

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const before = seen.current;
    if (before.list !== list || before.atEnd) {
      box.scrollTop = box.scrollHeight;
      setBelow(false);
    } else if (before.first !== first) {
      box.scrollTop += box.scrollHeight - before.height;
    } else if (before.last !== last) {
      setBelow(true);
    }
    seen.current = { list, first, last, height: box.scrollHeight, atEnd: isAtEnd(box) };
  });

  // What is inside can grow by itself, as when a long text is opened or the window gets narrower.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const watch = new ResizeObserver(() => {
      if (seen.current.atEnd) box.scrollTop = box.scrollHeight;
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  return {
    scroller,
    below,
    onScroll() {
      const box = scroller.current;
      if (!box) return;
      seen.current.atEnd = isAtEnd(box);
      if (seen.current.atEnd) setBelow(false);
    },
    toEnd: () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }),
  };
}

function isAtEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
}
