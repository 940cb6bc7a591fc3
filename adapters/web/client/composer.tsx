import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { MAX_TEXT } from '../wire.ts';
import { CallFailed, postWords, sentenceOf } from './api.ts';
import type { ChatChange } from './chat-state.ts';
import { commandHints, type Hint } from './command-hints.ts';
import { type Spot, useDesk } from './desk.ts';
import { Icon } from './icon.tsx';
import { readDraft, writeDraft } from './kept-words.ts';
import { OptionList } from './option-list.tsx';
import { useOptions } from './use-options.ts';

type Props = { spot: Spot; threadId: string | null; label: string; change: (change: ChatChange) => void };

/** Where one writes. Enter sends, Shift+Enter begins a line; what isn't sent yet is never lost. */
export function Composer({ spot, threadId, label, change }: Props) {
  const { me, show } = useDesk();
  const id = useId();
  const key = `${me.id}.${spot.list}`;
  const [text, setText] = useState(() => readDraft(key));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(true);
  // The nonce of the words last tried: tried again unchanged, they are posted once.
  const tried = useRef({ text: '', nonce: '' });
  const hints = open ? commandHints(text) : [];
  const options = useOptions(hints.length);

  useEffect(() => writeDraft(key, text), [key, text]);

  const type = (words: string) => {
    setText(words);
    setOpen(true);
    options.reset();
  };

  const send = async () => {
    if (busy || text.trim() === '') return;
    if (tried.current.text !== text) tried.current = { text, nonce: crypto.randomUUID() };
    const { nonce } = tried.current;
    setBusy(true);
    try {
      const { message, reply } = await postWords(me.id, { room: spot.room, threadId, text, nonce });
      tried.current = { text: '', nonce: '' };
      setProblem(null);
      // What was typed while it was on its way stays.
      setText((now) => (now.startsWith(text) ? now.slice(text.length).trimStart() : now));
      if (message) change({ do: 'changed', messages: [message], me: me.id });
      show(reply, spot);
    } catch (error) {
      setProblem(sentenceOf(error));
      if (!(error instanceof CallFailed)) throw error;
    } finally {
      setBusy(false);
    }
  };

  const complete = (hint: Hint | undefined) => {
    if (hint) type(hint.line);
  };

  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter picks a character.
    if (event.nativeEvent.isComposing || options.move(event)) return;
    if (event.key === 'Escape' && hints.length > 0) {
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Tab' && hints.length > 0 && !event.shiftKey) {
      event.preventDefault();
      complete(hints[Math.max(options.active, 0)]);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (options.active >= 0) complete(hints[options.active]);
      else void send();
    }
  };

  const over = text.length > MAX_TEXT;
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {hints.length > 0 && (
        <Hints id={`${id}-hints`} hints={hints} active={options.active} complete={complete} />
      )}
      {problem !== null && (
        <p className="composer-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="composer-box">
        <textarea
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={hints.length > 0 ? `${id}-hints` : undefined}
          aria-activedescendant={options.active >= 0 ? `${id}-hints-${options.active}` : undefined}
          placeholder={label}
          dir="auto"
          rows={Math.min(8, text.split('\n').length)}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKey}
        />
        <button
          type="submit"
          className="send-button"
          aria-label="Send"
          aria-disabled={busy || text.trim() === ''}
        >
          <Icon name="send" />
        </button>
      </div>
      <p className={over ? 'composer-foot composer-over' : 'composer-foot'}>
        {over ? (
          `${(text.length - MAX_TEXT).toLocaleString('en')} characters too many. Send it in two.`
        ) : (
          <>
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a line, <kbd>/care</kbd> opens a
            case
          </>
        )}
      </p>
    </form>
  );
}

type HintsProps = { id: string; hints: readonly Hint[]; active: number; complete: (hint: Hint) => void };

function Hints({ id, hints, active, complete }: HintsProps) {
  return (
    <div className="hints">
      {hints.every(({ line }) => line !== '/care ') && (
        <p className="hints-head">Write what happened to open a case, or</p>
      )}
      <OptionList
        id={id}
        label="Commands"
        options={hints}
        keyOf={({ line }) => line}
        active={active}
        pick={complete}
      >
        {({ line, about }) => (
          <>
            <code>{line}</code>
            <span>{about}</span>
          </>
        )}
      </OptionList>
    </div>
  );
}
