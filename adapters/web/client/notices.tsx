import { useCallback, useEffect, useRef, useState } from 'react';
import type { Notice } from './desk.ts';
import { useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

const QUIET_MS = 6_000;

/** A notice on the page. */
export type ShownNotice = Notice & { id: number };

/** The notices on the page, the words for screen readers, and how to add to both. */
export function useNotices() {
  const [notices, setNotices] = useState<readonly ShownNotice[]>([]);
  const [announced, setAnnounced] = useState('');
  const count = useRef(0);
  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((one) => one.id !== id)), []);
  const tell = useCallback((notice: Notice) => {
    count.current += 1;
    const shown = { ...notice, id: count.current };
    // The same words twice in a row are one notice.
    setNotices((all) => [...all.filter(({ text }) => text !== notice.text), shown].slice(-4));
  }, []);
  const announce = useCallback((words: string) => {
    count.current += 1;
    // A region that gets the same words again stays silent, so they differ by an invisible mark.
    setAnnounced(count.current % 2 ? words : `${words}\u200b`);
  }, []);
  return { notices, announced, dismiss, tell, announce };
}

type Props = { notices: readonly ShownNotice[]; announced: string; dismiss: (id: number) => void };

/** Notices at the edge of the page, and the region that screen readers listen to. */
export function Notices({ notices, announced, dismiss }: Props) {
  return (
    <>
      <output className="unseen" aria-live="polite">
        {announced}
      </output>
      <div className="notices">
        {notices.map((notice) => (
          <NoticeView key={notice.id} notice={notice} dismiss={dismiss} />
        ))}
      </div>
    </>
  );
}

function NoticeView({ notice, dismiss }: { notice: ShownNotice; dismiss: (id: number) => void }) {
  const { me } = useDesk();
  const { id, tone, text, go } = notice;
  useEffect(() => {
    if (tone === 'problem') return undefined;
    const timer = window.setTimeout(() => dismiss(id), QUIET_MS);
    return () => window.clearTimeout(timer);
  }, [id, tone, dismiss]);
  return (
    <div className={`notice notice-${tone}`} role={tone === 'problem' ? 'alert' : 'status'}>
      <Icon name={tone === 'problem' ? 'alert' : 'check'} />
      <p dir="auto">
        {go ? (
          <Link to={go} as={me.id} onClick={() => dismiss(id)}>
            {text}
          </Link>
        ) : (
          text
        )}
      </p>
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
