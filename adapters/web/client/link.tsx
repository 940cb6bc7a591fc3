import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { type View, writeAddress } from './address.ts';
import { goTo } from './use-address.ts';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: View; as: string };

/** A link to a view: followed without a reload, and still a link for a new tab or window. */
export function Link({ to, as, onClick, children, ...rest }: Props) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (elsewhere || rest.target !== undefined || event.defaultPrevented) return;
    event.preventDefault();
    goTo({ view: to, as });
  };
  return (
    <a {...rest} href={writeAddress({ view: to, as })} onClick={follow}>
      {children}
    </a>
  );
}
