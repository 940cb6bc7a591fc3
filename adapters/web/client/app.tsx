import { useCallback, useEffect, useState } from 'react';
import type { Session } from '../wire.ts';
import { getSession, sentenceOf } from './api.ts';
import { Console } from './console.tsx';
import { setServerClock } from './server-clock.ts';
import { SetupPage } from './setup-page.tsx';
import { goTo, useAddress } from './use-address.ts';

/** The console: the first page until there is a team, then the chat with somebody's eyes. */
export function App() {
  const [session, setSession] = useState<Session | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const address = useAddress();

  const load = useCallback(() => {
    const take = (fresh: Session) => {
      setServerClock(fresh.now);
      // What is the same stays the same object, so that nothing is drawn again for it.
      setSession((old) => (old && same(old, fresh) ? old : fresh));
      setProblem(null);
    };
    return getSession().then(take, (error: unknown) => setProblem(sentenceOf(error)));
  }, []);
  const refresh = useCallback(() => void load(), [load]);
  useEffect(() => {
    void load();
  }, [load]);

  const members = session?.workspace?.members.filter(({ active }) => active) ?? [];
  const me = members.find(({ id }) => id === address.as) ?? members[0];
  useEffect(() => {
    if (me && me.id !== address.as) goTo({ view: address.view, as: me.id }, { replace: true });
  }, [me, address]);

  if (session?.workspace && me) {
    return (
      <Console key={me.id} workspace={session.workspace} me={me} view={address.view} onStale={refresh} />
    );
  }
  if (session && !session.workspace) return <SetupPage onDone={load} />;
  return (
    <main className="starting">
      {session && <p role="alert">Nobody of the team is left to see with.</p>}
      {problem !== null && (
        <>
          <p role="alert">{problem}</p>
          <button type="button" className="button button-primary" onClick={refresh}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}

function same(old: Session, fresh: Session): boolean {
  return JSON.stringify(old.workspace) === JSON.stringify(fresh.workspace);
}
