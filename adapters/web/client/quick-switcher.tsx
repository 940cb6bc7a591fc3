import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Room } from '../chat.ts';
import type { View } from './address.ts';
import { useDesk } from './desk.ts';
import { OptionList } from './option-list.tsx';
import { goTo } from './use-address.ts';
import { useOptions } from './use-options.ts';

type Target = { key: string; label: string; kind: string; as: string; to: View };

/** Ctrl+K or ⌘K: to a room, the board, or somebody else's eyes, by a few letters. */
export function QuickSwitcher({ rooms, view }: { rooms: readonly Room[]; view: View }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const key = (event: globalThis.KeyboardEvent) => {
      const wanted = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (!wanted || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);
  return open ? <Switcher rooms={rooms} view={view} close={() => setOpen(false)} /> : null;
}

function Switcher({ rooms, view, close }: { rooms: readonly Room[]; view: View; close: () => void }) {
  const { me, workspace } = useDesk();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState('');
  const targets: Target[] = [
    { key: 'board', label: 'Board', kind: 'what is at risk', as: me.id, to: { view: 'board' } },
    ...rooms.map((room): Target => {
      const kind = room.kind === 'dm' ? 'direct message' : 'channel';
      return { key: room.id, label: room.name, kind, as: me.id, to: { view: 'room', room: room.id } };
    }),
    ...workspace.members
      .filter((person) => person.active && person.id !== me.id)
      .map((person): Target => {
        const own = 'room' in view && view.room.startsWith('dm:');
        const to: View = own ? { view: 'room', room: `dm:${person.id}` } : view;
        return { key: person.id, label: person.name, kind: 'see as', as: person.id, to };
      }),
  ];
  const found = targets.filter(({ label }) =>
    label.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase()),
  );
  const options = useOptions(found.length, 0);

  useEffect(() => {
    const box = dialog.current;
    box?.showModal();
    return () => box?.close();
  }, []);

  const pick = (target: Target | undefined) => {
    if (!target) return;
    close();
    goTo({ view: target.to, as: target.as });
  };
  const onKey = (event: KeyboardEvent) => {
    if (options.move(event)) return;
    if (event.key !== 'Enter') return;
    event.preventDefault();
    pick(found[options.active]);
  };

  return (
    <dialog ref={dialog} className="switcher" aria-label="Go to" onClose={close}>
      <input
        role="combobox"
        aria-label="A room, or whose eyes to see with"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${options.active}` : undefined}
        autoComplete="off"
        placeholder="A room, or whose eyes to see with"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          options.reset();
        }}
        onKeyDown={onKey}
      />
      <div className="switcher-list">
        <OptionList
          id={id}
          label="Found"
          options={found}
          keyOf={({ key }) => key}
          active={options.active}
          pick={pick}
        >
          {({ label, kind }) => (
            <>
              <span>{label}</span>
              <span className="switcher-kind">{kind}</span>
            </>
          )}
        </OptionList>
        {found.length === 0 && <p className="switcher-none">Nothing has this name.</p>}
      </div>
    </dialog>
  );
}
