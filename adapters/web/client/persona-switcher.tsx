import { useEffect, useRef, useState } from 'react';
import type { Person } from '../wire.ts';
import type { View } from './address.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

/** Whose eyes one sees with: there is no sign-in here, so anybody can be anyone, in a second window too. */
export function PersonaSwitcher({ view }: { view: View }) {
  const { me, workspace } = useDesk();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return undefined;
    const away = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('keydown', key);
    };
  }, [open]);

  return (
    <div className="persona" ref={box}>
      <button
        ref={button}
        type="button"
        className="persona-button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Avatar id={me.id} name={me.name} size={28} />
        <span className="persona-words">
          <span className="persona-label">Seeing as </span>
          <span className="persona-name" dir="auto">
            {me.name}
          </span>
        </span>
        <span className="unseen">. Change whose eyes you see with</span>
        <Icon name="down" size={16} />
      </button>
      {open && (
        <nav className="persona-list" aria-label="Whose eyes you see with">
          <ul>
            {workspace.members
              .filter(({ active }) => active)
              .map((person) => (
                <PersonaRow key={person.id} person={person} view={view} close={() => setOpen(false)} />
              ))}
          </ul>
        </nav>
      )}
    </div>
  );
}

function PersonaRow({ person, view, close }: { person: Person; view: View; close: () => void }) {
  const { me } = useDesk();
  const { id, name, title, zone, away } = person;
  const current = id === me.id;
  // Another's direct message can't be shown to them: theirs begin at the first room.
  const to: View = 'room' in view && view.room.startsWith('dm:') ? { view: 'room', room: `dm:${id}` } : view;
  return (
    <li>
      <Link
        to={to}
        as={id}
        className="persona-row"
        aria-current={current ? 'true' : undefined}
        onClick={close}
      >
        <Avatar id={id} name={name} size={28} />
        <span className="persona-words">
          <span className="persona-name" dir="auto">
            <span className="unseen">See as </span>
            {name}
            {away && <span className="badge">away</span>}
          </span>
          <span className="persona-label" dir="auto">
            {title ? `${title} · ${cityOf(zone)}` : cityOf(zone)}
          </span>
        </span>
        {current && <Icon name="check" size={16} />}
      </Link>
      <Link
        to={to}
        as={id}
        target="_blank"
        rel="noopener"
        className="icon-button"
        aria-label={`Open a second window as ${name}`}
        title={`Open a second window as ${name}`}
        onClick={close}
      >
        <Icon name="window" size={16} />
      </Link>
    </li>
  );
}

function cityOf(zone: string): string {
  return zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone;
}
