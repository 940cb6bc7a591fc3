import { useEffect, useState } from 'react';
import { sentenceOf, setUp } from './api.ts';
import { Mark } from './icon.tsx';
import { TeamBuilder } from './team-builder.tsx';

/** The first page: an example team by one click, or one's own. */
export function SetupPage({ onDone }: { onDone: () => Promise<void> }) {
  const [own, setOwn] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    document.title = 'Kept';
  }, []);

  const startExample = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const result = await setUp({ kind: 'example' });
      setProblem(result.ok ? null : result.errors.map(({ message }) => message).join(' '));
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    // Where somebody else has chosen in the meantime, their team shows.
    await onDone();
    setBusy(false);
  };

  return (
    <main className="setup">
      <header className="setup-head">
        <Mark size={52} />
        <h1>Kept</h1>
        <p>Sees to it that every promise made to a customer is kept.</p>
      </header>
      {problem !== null && (
        <p className="setup-problem" role="alert">
          {problem}
        </p>
      )}
      {own ? (
        <TeamBuilder onDone={onDone} onBack={() => setOwn(false)} />
      ) : (
        <div className="setup-choices">
          <section className="setup-choice setup-first" aria-labelledby="example">
            <h2 id="example">Look around</h2>
            <p>A small support team with its leads, ready to open a first case. Nothing to fill in.</p>
            <button
              type="button"
              className="button button-primary"
              aria-disabled={busy}
              aria-busy={busy}
              onClick={() => void startExample()}
            >
              Start with an example team
            </button>
          </section>
          <section className="setup-choice" aria-labelledby="own">
            <h2 id="own">Bring your own</h2>
            <p>Who is on your team, who leads whom, and who may decide what.</p>
            <button type="button" className="button button-plain" onClick={() => setOwn(true)}>
              Build your own team
            </button>
          </section>
        </div>
      )}
      <p className="setup-foot">Kept drafts, and you send: it never writes to a customer by itself.</p>
    </main>
  );
}
