import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 80;

/** A scrolled list that stays at its end while one reads there, and in place while older ones are put before. */
export type Stick = {
  scroller: RefObject<HTMLDivElement | null>;
  /** What is scrolled, as one box: it tells when its inside grows. */
  content: RefObject<HTMLDivElement | null>;
  /** Whether something came below while the reader was further up. */
  below: boolean;
  onScroll: () => void;
  toEnd: () => void;
};

/** `first` and `last` name the list's ends; when they change, something was put before or behind. */
export function useStick(first: string | undefined, last: string | undefined): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(false);
  const seen = useRef({ first, last, height: 0, atEnd: true });

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const before = seen.current;
    if (!before.atEnd && before.first !== first) box.scrollTop += box.scrollHeight - before.height;
    if (!before.atEnd && before.last !== last) setBelow(true);
    seen.current = { ...before, first, last, height: box.scrollHeight };
  }, [first, last]);

  // Messages come, cards are drawn again, texts are opened, the window is made narrower: all of it is growth.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return undefined;
    const watch = new ResizeObserver(() => {
      if (seen.current.atEnd) box.scrollTop = box.scrollHeight;
      seen.current.height = box.scrollHeight;
    });
    watch.observe(box);
    watch.observe(content.current);
    return () => watch.disconnect();
  }, []);

  return {
    scroller,
    content,
    below,
    onScroll() {
      const box = scroller.current;
      if (!box) return;
      seen.current.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      if (seen.current.atEnd) setBelow(false);
    },
    toEnd: () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }),
  };
}
