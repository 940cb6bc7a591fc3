import { useRef, useState } from 'react';
import type { Action } from '../../../src/conversation/card.ts';
import { placeOf, type Spot, useDesk } from './desk.ts';

/** Buttons of a card. */
export function Actions({ actions, spot }: { actions: readonly Action[]; spot: Spot }) {
  if (actions.length === 0) return null;
  return (
    <div className="actions">
      {actions.map((action) => (
        <ActionButton key={`${action.id}-${action.label}`} action={action} spot={spot} />
      ))}
    </div>
  );
}

function ActionButton({ action, spot }: { action: Action; spot: Spot }) {
  const { perform } = useDesk();
  const [busy, setBusy] = useState(false);
  // State comes a moment late for a second click in the same frame.
  const pressed = useRef(false);
  const press = async () => {
    if (pressed.current) return;
    pressed.current = true;
    setBusy(true);
    const { id, subject } = action;
    await perform({ kind: 'press', action: id, subject, place: placeOf(spot.room) }, spot);
    pressed.current = false;
    setBusy(false);
  };
  return (
    <button
      type="button"
      className={`button button-${action.style}`}
      aria-disabled={busy}
      aria-busy={busy}
      onClick={() => void press()}
    >
      {action.label}
    </button>
  );
}
