import type { Field, Option } from '../../../src/conversation/form.ts';
import { unreachable } from '../../../src/domain/unreachable.ts';
import { useDesk } from './desk.ts';

/** Takes what was typed; `atOnce` for a choice, which isn't typed on. */
export type SetValue = (value: string, options?: { atOnce: boolean }) => void;

/** What ties a control to its words: its own id, and the ids of what describes it. */
export type ControlProps = {
  id: string;
  'data-control': true;
  'aria-required': boolean;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
};

type TypedProps = {
  control: ControlProps;
  input: Exclude<Field['input'], { kind: 'customer' | 'yes or no' }>;
  value: string;
  set: SetValue;
};

/** A field that holds words, a number, a time or one of a few options. */
export function TypedControl({ control, input, value, set }: TypedProps) {
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
      return <Select control={control} options={input.options} value={value} set={set} />;
    case 'member': {
      // Whoever needn't name anybody can also take a name back.
      const nobody = control['aria-required'] ? [] : [{ value: '', label: 'Nobody' }];
      return <Select control={control} options={[...nobody, ...input.options]} value={value} set={set} />;
    }
    case 'channel':
      return <ChannelSelect control={control} value={value} set={set} />;
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

type SelectProps = { control: ControlProps; options: readonly Option[]; value: string; set: SetValue };

function Select({ control, options, value, set }: SelectProps) {
  return (
    <select {...control} value={value} onChange={(event) => set(event.target.value, { atOnce: true })}>
      {!options.some((option) => option.value === value) && <option value={value}>Choose…</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** The console's channels, for one of them or none. */
function ChannelSelect(props: Omit<SelectProps, 'options'>) {
  const { rooms } = useDesk();
  const channels = rooms
    .filter(({ kind }) => kind === 'channel')
    .map(({ id, name }) => ({ value: id, label: `#${name}` }));
  return <Select {...props} options={[{ value: '', label: 'None' }, ...channels]} />;
}

/** What a time could have meant. */
export function Choices({
  label,
  choices,
  set,
}: {
  label: string;
  choices: readonly Option[];
  set: SetValue;
}) {
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

type YesOrNoProps = { id: string; value: string; invalid: boolean; set: SetValue };

/** A question that is answered by yes or no. */
export function YesOrNo({ id, value, invalid, set }: YesOrNoProps) {
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
