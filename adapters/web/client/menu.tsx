import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';

type Item = { label: string; act: () => void };
type Corner = { top: number; right: number; up: boolean };

/** A button that opens a menu, by the ARIA menu button pattern. */
export function Menu({ label, icon, items }: { label: string; icon: ReactNode; items: readonly Item[] }) {
  const [corner, setCorner] = useState<Corner | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const open = corner !== null;

  const place = useCallback(() => {
    const box = button.current?.getBoundingClientRect();
    if (!box) return;
    const up = box.bottom + 48 * items.length > window.innerHeight;
    const right = document.documentElement.clientWidth - box.right;
    setCorner({ top: up ? box.top : box.bottom, right, up });
  }, [items.length]);

  useEffect(() => {
    if (!open) return undefined;
    const away = (event: Event) => {
      if (event.target instanceof Node && list.current?.contains(event.target)) return;
      setCorner(null);
    };
    document.addEventListener('pointerdown', away);
    // A new message scrolls what is below it: the menu goes along with its button.
    document.addEventListener('scroll', place, true);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('scroll', place, true);
    };
  }, [open, place]);

  useEffect(() => {
    if (open) list.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [open]);

  const toggle = () => (open ? setCorner(null) : place());

  const onKey = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = all.findIndex((one) => one === document.activeElement);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.stopPropagation();
      setCorner(null);
      button.current?.focus();
    }
  };

  return (
    <span className={open ? 'menu menu-open' : 'menu'}>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={toggle}
      >
        {icon}
      </button>
      {corner && (
        <div
          ref={list}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          className={corner.up ? 'menu-list menu-up' : 'menu-list'}
          style={{ top: corner.top, right: corner.right }}
          onKeyDown={onKey}
        >
          {items.map(({ label: words, act }) => (
            <button
              key={words}
              type="button"
              role="menuitem"
              onClick={() => {
                setCorner(null);
                button.current?.focus();
                act();
              }}
            >
              {words}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
