import { type ReactNode, useId } from 'react';

type Control = { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined };
type Props = {
  label: string;
  error: string | null;
  className?: string;
  children: (control: Control) => ReactNode;
};

/** A field of the first page with its label, and its error where it is wrong. */
export function SetupField({ label, error, className = '', children }: Props) {
  const id = useId();
  const described = error === null ? undefined : `${id}-error`;
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': error !== null, 'aria-describedby': described })}
      {error !== null && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  );
}
