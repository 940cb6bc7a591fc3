import { Icon } from './icon.tsx';
import { SetupField } from './setup-field.tsx';
import type { MemberDraft } from './team-draft.ts';

type Props = {
  row: number;
  member: MemberDraft;
  others: readonly MemberDraft[];
  currency: string;
  errorOf: (field: string) => string | null;
  change: (part: Partial<MemberDraft>) => void;
  remove: (() => void) | null;
};

const MAY = ['no', 'up to', 'no limit'] as const;
const MAY_WORDS = { no: 'nothing', 'up to': 'up to an amount', 'no limit': 'anything' };

/** One member of one's own team. */
export function MemberFields({ row, member, others, currency, errorOf, change, remove }: Props) {
  const name = member.name.trim() || `Member ${row + 1}`;
  return (
    <fieldset className="member-fields">
      <legend dir="auto">{name}</legend>
      <SetupField label="Name" error={errorOf('name')}>
        {(control) => (
          <input
            {...control}
            dir="auto"
            value={member.name}
            onChange={(e) => change({ name: e.target.value })}
          />
        )}
      </SetupField>
      <SetupField label="Title" error={errorOf('title')}>
        {(control) => (
          <input
            {...control}
            dir="auto"
            value={member.title}
            onChange={(e) => change({ title: e.target.value })}
          />
        )}
      </SetupField>
      <SetupField label="Time zone" error={errorOf('zone')}>
        {(control) => (
          <input
            {...control}
            list="zones"
            value={member.zone}
            onChange={(e) => change({ zone: e.target.value })}
          />
        )}
      </SetupField>
      <SetupField label="Answers to" error={errorOf('lead')}>
        {(control) => (
          <select {...control} value={member.lead} onChange={(e) => change({ lead: e.target.value })}>
            <option value="">nobody</option>
            {others.map((other, i) => (
              <option key={other.key} value={other.key}>
                {other.name.trim() || `member ${i < row ? i + 1 : i + 2}`}
              </option>
            ))}
          </select>
        )}
      </SetupField>
      <SetupField label="May decide" error={null}>
        {(control) => (
          <select
            {...control}
            value={member.may}
            onChange={(e) => change({ may: MAY.find((may) => may === e.target.value) ?? 'no' })}
          >
            {MAY.map((may) => (
              <option key={may} value={may}>
                {MAY_WORDS[may]}
              </option>
            ))}
          </select>
        )}
      </SetupField>
      {member.may === 'up to' && (
        <SetupField label={`Up to (${currency || 'amount'})`} error={errorOf('mayDecide.money')}>
          {(control) => (
            <input
              {...control}
              inputMode="decimal"
              value={member.money}
              onChange={(e) => change({ money: e.target.value })}
            />
          )}
        </SetupField>
      )}
      {remove && (
        <button
          type="button"
          className="icon-button member-remove"
          aria-label={`Remove ${name}`}
          onClick={remove}
        >
          <Icon name="close" size={16} />
        </button>
      )}
    </fieldset>
  );
}
