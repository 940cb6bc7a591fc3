import type { ReactNode } from 'react';

type Props<T> = {
  id: string;
  label: string;
  options: readonly T[];
  keyOf: (option: T) => string;
  active: number;
  pick: (option: T) => void;
  children: (option: T) => ReactNode;
};

/**
 * Options below an input that keeps the focus and steers them, by the ARIA combobox pattern; the option of index
 * i has the id `${id}-${i}`. A native list can't be steered so.
 */
export function OptionList<T>({ id, label, options, keyOf, active, pick, children }: Props<T>) {
  return (
    <div id={id} role="listbox" aria-label={label} className="options" hidden={options.length === 0}>
      {options.map((option, i) => (
        <div
          key={keyOf(option)}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === active}
          dir="auto"
          // Before the click takes the focus away from the input.
          onMouseDown={(event) => {
            event.preventDefault();
            pick(option);
          }}
        >
          {children(option)}
        </div>
      ))}
    </div>
  );
}
