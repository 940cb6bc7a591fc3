import { useCallback, useEffect, useState } from 'react';
import { readSeen, type Seen, writeSeen } from './kept-words.ts';

/** What the reader has seen, by list, and how to mark more of it. Shared by this browser's windows. */
export function useSeen(
  workspaceId: string,
  me: string,
): { seen: Seen; mark: (list: string, seq: number) => void } {
  const key = `${workspaceId}.${me}`;
  const [seen, setSeen] = useState(() => readSeen(key));
  useEffect(() => {
    const reread = () => setSeen(readSeen(key));
    reread();
    window.addEventListener('storage', reread);
    return () => window.removeEventListener('storage', reread);
  }, [key]);
  const mark = useCallback(
    (list: string, seq: number) => {
      if (document.visibilityState !== 'visible') return;
      const stored = readSeen(key);
      if ((stored[list] ?? 0) >= seq) return;
      const next = { ...stored, [list]: seq };
      writeSeen(key, next);
      setSeen(next);
    },
    [key],
  );
  return { seen, mark };
}
