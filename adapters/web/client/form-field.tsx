import { useId } from 'react';
import type { Field, Option } from '../../../src/conversation/form.ts';
import { CustomerInput } from './customer-input.tsx';
import { Choices, type ControlProps, type SetValue, TypedControl, YesOrNo } from './field-controls.tsx';
import { Icon } from './icon.tsx';

type Props = {
  field: Field;
  value: string;
  error: string | null;
  /** Changed since the form was last drawn. */
  pending: boolean;
  set: SetValue;
  suggest: (query: string) => Promise<readonly Option[]>;
};

/** A field with its label, hint, reading and error. */
export function FormField({ field, value, error, pending, set, suggest }: Props) {
  const id = useId();
  const { input, label, hint, required } = field;
  const reading = readingOf(field, value, pending);
  const described = [hint && `${id}-hint`, reading && `${id}-reading`, error && `${id}-error`].filter(
    Boolean,
  );
  const control: ControlProps = {
    id,
    'data-control': true,
    'aria-required': required,
    'aria-invalid': error !== null,
    'aria-describedby': described.join(' ') || undefined,
  };
  const optional = !required && <span className="field-optional"> (optional)</span>;
  const below = (
    <>
      {input.kind === 'time' && input.choices.length > 0 && (
        <Choices label={label} choices={input.choices} set={set} />
      )}
      <div aria-live="polite" className="field-answers">
        {reading && (
          <p id={`${id}-reading`} className="field-reading" dir="auto">
            <Icon name={input.kind === 'customer' ? 'plus' : 'check'} size={15} /> {reading}
          </p>
        )}
        {error !== null && (
          <p id={`${id}-error`} className="field-error">
            <Icon name="alert" size={15} /> {error}
          </p>
        )}
      </div>
    </>
  );
  const hinted = hint !== null && (
    <p id={`${id}-hint`} className="field-hint">
      {hint}
    </p>
  );

  if (input.kind === 'yes or no') {
    return (
      <fieldset className="field" aria-describedby={control['aria-describedby']}>
        <legend>
          {label}
          {optional}
        </legend>
        {hinted}
        <YesOrNo id={id} value={value} invalid={error !== null} set={set} />
        {below}
      </fieldset>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional}
      </label>
      {hinted}
      {input.kind === 'customer' ? (
        <CustomerInput control={control} shown={input.shown} set={set} suggest={suggest} />
      ) : (
        <TypedControl control={control} input={input} value={value} set={set} />
      )}
      {below}
    </div>
  );
}

function readingOf({ input }: Field, value: string, pending: boolean): string | null {
  if (input.kind === 'customer' && value.startsWith('new:'))
    return `“${value.slice(4)}” is new and will be added.`;
  return input.kind === 'time' && !pending ? input.resolved : null;
}
