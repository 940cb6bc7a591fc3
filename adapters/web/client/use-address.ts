import { useMemo, useSyncExternalStore } from 'react';
import { type Address, readAddress, writeAddress } from './address.ts';

const MOVED = 'kept:moved';

/** Goes to an address; `replace` leaves no step behind for the back button. */
export function goTo(address: Address, options: { replace?: boolean } = {}): void {
  const path = writeAddress(address);
  if (path === location.pathname + location.search) return;
  if (options.replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  window.dispatchEvent(new Event(MOVED));
}

/** The address of the page, kept up to date. */
export function useAddress(): Address {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  const query = useSyncExternalStore(subscribe, () => location.search);
  return useMemo(() => readAddress(path, query), [path, query]);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(MOVED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(MOVED, listener);
  };
}
