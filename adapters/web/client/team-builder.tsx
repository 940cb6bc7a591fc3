import { useEffect, useRef, useState } from 'react';
import type { SetupError } from '../team-setup.ts';
import { sentenceOf, setUp } from './api.ts';
import { Icon } from './icon.tsx';
import { readDraft, writeDraft } from './kept-words.ts';
import { MemberFields } from './member-fields.tsx';
import { addMember, newTeam, readTeam, removeMember, TeamDraft } from './team-draft.ts';
import { TeamFields } from './team-fields.tsx';

const DRAFT = 'team';

/** One's own team: what is typed survives errors, going back and reloading. */
export function TeamBuilder({ onDone, onBack }: { onDone: () => Promise<void>; onBack: () => void }) {
  const [draft, setDraft] = useState(startDraft);
  const [errors, setErrors] = useState<readonly SetupError[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => writeDraft(DRAFT, JSON.stringify(draft)), [draft]);
  useEffect(() => {
    if (errors.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  const errorOf = (path: string) => errors.find((error) => error.path === path)?.message ?? null;
  const change = (part: Partial<TeamDraft>) => setDraft((old) => ({ ...old, ...part }));

  const submit = async () => {
    if (busy) return;
    const read = readTeam(draft);
    setErrors(read.ok ? [] : read.errors);
    setProblem(null);
    if (!read.ok) return;
    setBusy(true);
    try {
      const result = await setUp({ kind: 'own', team: read.team });
      if (result.ok) {
        await onDone();
        return writeDraft(DRAFT, '');
      }
      setErrors(result.errors);
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };

  const whole = errors.filter(({ path }) => path === '' || path === 'members').map(({ message }) => message);
  const nobodyDecides = draft.members.every(({ may }) => may === 'no');
  return (
    <form
      ref={form}
      className="team-form"
      aria-label="Your own team"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TeamFields draft={draft} errorOf={errorOf} change={change} onProblem={setProblem} />
      <h2>Members</h2>
      {draft.members.map((member, row) => (
        <MemberFields
          key={member.key}
          row={row}
          member={member}
          others={draft.members.filter(({ key }) => key !== member.key)}
          currency={draft.currency}
          errorOf={(field) => errorOf(`members.${row}.${field}`)}
          change={(part) =>
            change({
              members: draft.members.map((one) => (one.key === member.key ? { ...one, ...part } : one)),
            })
          }
          remove={draft.members.length > 1 ? () => setDraft(removeMember(draft, member.key)) : null}
        />
      ))}
      <button type="button" className="button button-plain" onClick={() => setDraft(addMember(draft))}>
        <Icon name="plus" size={16} /> Add a member
      </button>
      {nobodyDecides && (
        <p className="team-note">
          Nobody here may decide yet. That is fine to begin with: Kept then says so when authority is needed.
        </p>
      )}
      {[...whole, ...(problem === null ? [] : [problem])].map((sentence) => (
        <p key={sentence} className="setup-problem" role="alert">
          {sentence}
        </p>
      ))}
      {errors.length > whole.length && (
        <p className="setup-problem" role="alert">
          Some fields need another look. Nothing you typed is lost.
        </p>
      )}
      <div className="team-buttons">
        <button type="button" className="button button-plain" onClick={onBack}>
          Back
        </button>
        <button type="submit" className="button button-primary" aria-disabled={busy} aria-busy={busy}>
          Start with this team
        </button>
      </div>
    </form>
  );
}

function startDraft(): TeamDraft {
  const kept = readDraft(DRAFT);
  const old = TeamDraft.safeParse(kept === '' ? null : JSON.parse(kept));
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return old.success ? old.data : newTeam(zone, new Intl.Locale(navigator.language).maximize().region ?? '');
}
