import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Option } from '../../../src/conversation/form.ts';
import { sentenceOf } from './api.ts';
import type { ControlProps, SetValue } from './field-controls.tsx';
import { OptionList } from './option-list.tsx';
import { useOptions } from './use-options.ts';

const SUGGEST_MS = 150;

type Props = {
  control: ControlProps;
  /** The name of the value that the form came with. */
  shown: string;
  set: SetValue;
  suggest: (query: string) => Promise<readonly Option[]>;
};

/**
 * Finds a customer as one types, by the ARIA combobox pattern. What is typed and not found is a new customer, so
 * leaving the field early loses nothing.
 */
export function CustomerInput({ control, shown, set, suggest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const [found, setFound] = useState<readonly Option[]>([]);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const asked = useRef(0);
  const timer = useRef(0);
  const words = typed ?? shown;
  const all = withNew(found, words);
  const options = useOptions(open ? all.length : 0);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const look = (query: string) => {
    asked.current += 1;
    const question = asked.current;
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(async () => {
      try {
        const next = await suggest(query);
        if (question !== asked.current) return;
        setProblem(null);
        setFound(next);
        const exact = next.find(({ label }) => isSameName(label, query));
        if (exact && query.trim() !== '') set(exact.value);
      } catch (error) {
        if (question === asked.current) setProblem(sentenceOf(error));
      }
    }, SUGGEST_MS);
  };

  const type = (text: string) => {
    setTyped(text);
    setOpen(true);
    options.reset();
    set(text.trim() === '' ? '' : `new:${text.trim()}`);
    look(text);
  };

  const pick = (option: Option | undefined) => {
    if (!option) return;
    asked.current += 1;
    setTyped(option.value.startsWith('new:') ? option.value.slice(4) : option.label);
    set(option.value, { atOnce: true });
    setOpen(false);
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && !open) {
      setOpen(true);
      look(words);
    }
    if (options.move(event)) return;
    if (event.key === 'Enter' && options.active >= 0) {
      event.preventDefault();
      pick(all[options.active]);
    } else if (event.key === 'Escape' && open && all.length > 0) {
      event.preventDefault();
      setOpen(false);
    }
  };

  const listId = `${control.id}-list`;
  return (
    <div className="combobox">
      <input
        {...control}
        role="combobox"
        aria-expanded={open && all.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={options.active >= 0 ? `${listId}-${options.active}` : undefined}
        autoComplete="off"
        dir="auto"
        value={words}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKey}
        onBlur={() => setOpen(false)}
      />
      <div className="combobox-list">
        <OptionList
          id={listId}
          label="Customers"
          options={open ? all : []}
          keyOf={(option) => option.value}
          active={options.active}
          pick={pick}
        >
          {(option) => option.label}
        </OptionList>
      </div>
      {problem !== null && <p className="field-error">{problem}</p>}
    </div>
  );
}

function withNew(found: readonly Option[], words: string): readonly Option[] {
  const name = words.trim();
  const known = found.some(({ label, value }) => isSameName(label, name) || value.startsWith('new:'));
  return name === '' || known
    ? found
    : [...found, { value: `new:${name}`, label: `Add ‘${name}’ as a new customer` }];
}

function isSameName(a: string, b: string): boolean {
  return a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();
}
