import { useEffect, useRef } from 'react';
import { KeptAvatar } from './avatar.tsx';
import { CardView } from './card-view.tsx';
import type { Whisper } from './chat-state.ts';
import type { Spot } from './desk.ts';
import { Icon } from './icon.tsx';

type Props = { whisper: Whisper; spot: Spot; dismiss: (id: string) => void };

/** A card that only the reader sees, until they put it away. */
export function WhisperView({ whisper, spot, dismiss }: Props) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // In braces: some browsers give back a promise, which is no clean-up.
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <article ref={box} className="message whisper" aria-label="Only you see this">
      <div className="message-side">
        <KeptAvatar />
      </div>
      <div className="message-main">
        <p className="message-head">
          <span className="message-name">Kept</span>
          <span className="whisper-word">Only you see this</span>
        </p>
        <CardView card={whisper.card} spot={spot} />
      </div>
      <button
        type="button"
        className="icon-button whisper-close"
        aria-label="Dismiss"
        onClick={() => dismiss(whisper.id)}
      >
        <Icon name="close" size={16} />
      </button>
    </article>
  );
}
