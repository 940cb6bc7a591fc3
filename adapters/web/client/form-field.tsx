import { useId } from 'react';
import type { Field, Option } from '../../../src/conversation/form.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import { CustomerInput } from './customer-input.tsx';
import { Icon } from './icon.tsx';

type Props = {
  field: Field;
  value: string;
  error: string | null;
  /** Changed since the form was last drawn. */
  pending: boolean;
  set: (value: string, options?: { atOnce: boolean }) => void;
  suggest: (query: string) => Promise<readonly Option[]>;
};

/** What ties a control to its words: its own id, and the ids of what describes it. */
export type ControlProps = {
  id: string;
  'data-control': true;
  'aria-required': boolean;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
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
        <CustomerInput control={control} shown={input.shown} value={value} set={set} suggest={suggest} />
      ) : (
        <Control control={control} input={input} value={value} set={set} />
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

type ControlArgs = {
  control: ControlProps;
  input: Exclude<Field['input'], { kind: 'customer' | 'yes or no' }>;
  value: string;
  set: Props['set'];
};

function Control({ control, input, value, set }: ControlArgs) {
  switch (input.kind) {
    case 'lines':
      return (
        <textarea
          {...control}
          dir="auto"
          rows={Math.min(10, Math.max(3, value.split('\n').length))}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      );
    case 'select':
      return (
        <select {...control} value={value} onChange={(event) => set(event.target.value, { atOnce: true })}>
          {!input.options.some((option) => option.value === value) && <option value={value}>Choose…</option>}
          {input.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      );
    case 'number':
      return (
        <span className="number-box">
          <input
            {...control}
            inputMode="decimal"
            value={value}
            onChange={(event) => set(event.target.value)}
          />
          <span className="number-unit">{input.unit}</span>
        </span>
      );
    case 'line':
    case 'time':
      return (
        <input
          {...control}
          dir="auto"
          autoComplete="off"
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      );
    default:
      return unreachable(input);
  }
}

function Choices({ label, choices, set }: { label: string; choices: readonly Option[]; set: Props['set'] }) {
  return (
    <fieldset className="choices" aria-label={`${label}: choose one`}>
      {choices.map(({ value, label: words }) => (
        <button key={value} type="button" className="choice" onClick={() => set(value, { atOnce: true })}>
          {words}
        </button>
      ))}
    </fieldset>
  );
}

type YesOrNoProps = { id: string; value: string; invalid: boolean; set: Props['set'] };

function YesOrNo({ id, value, invalid, set }: YesOrNoProps) {
  return (
    <div className="radios">
      {(['yes', 'no'] as const).map((answer) => (
        <label key={answer} className="radio">
          <input
            type="radio"
            name={id}
            value={answer}
            checked={value === answer}
            data-control
            data-invalid={invalid}
            onChange={() => set(answer, { atOnce: true })}
          />
          {answer === 'yes' ? 'Yes' : 'No'}
        </label>
      ))}
    </div>
  );
}
