import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Form } from '../../../src/conversation/form.ts';
import { Blocks } from './block-view.tsx';
import { CardView } from './card-view.tsx';
import type { Spot } from './desk.ts';
import { FormField } from './form-field.tsx';
import { Icon } from './icon.tsx';
import { isDirty, shownError } from './merge-form.ts';
import { TypedText } from './typed-text.tsx';
import { useForm } from './use-form.ts';

type Props = { form: Form; spot: Spot; onClose: () => void };

/** A form, in a dialog that loses nothing: neither by Esc, nor by an error, nor by a lost connection. */
export function FormDialog({ form: first, spot, onClose }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const desk = useForm(first, spot, onClose);
  const [asking, setAsking] = useState(false);
  const { filling, busy, problem, answer, returned, submit } = desk;
  const { form } = filling;
  const errors = form.fields.filter(({ name }) => shownError(filling, name) !== null).length;

  useEffect(() => {
    const box = dialog.current;
    const opener = document.activeElement;
    box?.showModal();
    box?.querySelector<HTMLElement>('[data-control]')?.focus();
    return () => {
      box?.close();
      // What opened it may be gone: a button of a card that was drawn again.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      else document.getElementById('main')?.focus();
    };
  }, []);

  useEffect(() => {
    if (returned === 0) return;
    const wrong = dialog.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"]');
    (wrong ?? dialog.current?.querySelector<HTMLElement>('.form-notes'))?.focus();
  }, [returned]);

  useEffect(() => {
    if (!isDirty(filling)) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [filling]);

  const leave = () => (isDirty(filling) ? setAsking(true) : onClose());
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) {
      // The browser would close it without asking.
      event.preventDefault();
      leave();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    }
  };

  return (
    <dialog
      ref={dialog}
      className="form-dialog"
      aria-labelledby={`${id}-title`}
      onKeyDown={onKey}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header className="form-head">
          <h2 id={`${id}-title`}>{form.title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={leave}>
            <Icon name="close" />
          </button>
        </header>
        <div className="form-body">
          {form.source && (
            <figure className="block-quote">
              <figcaption>From the message</figcaption>
              <blockquote>
                <TypedText text={form.source.text} chars={300} lines={4} />
              </blockquote>
            </figure>
          )}
          <Blocks blocks={form.intro} spot={spot} />
          {form.fields.map((field) => (
            <FormField
              key={field.name}
              field={field}
              value={filling.values[field.name] ?? ''}
              error={shownError(filling, field.name)}
              pending={filling.pending.has(field.name)}
              set={(value, options) => desk.set(field.name, value, options)}
              suggest={desk.suggest}
            />
          ))}
          <fieldset className="form-notes" tabIndex={-1} aria-label="Before you send it">
            <div aria-live="polite">
              <Blocks blocks={form.notes} spot={spot} />
            </div>
          </fieldset>
          {answer && <CardView card={answer} spot={spot} />}
        </div>
        <footer className="form-foot">
          {problem !== null && (
            <p className="form-problem" role="alert">
              {problem}
            </p>
          )}
          {returned > 0 && errors > 0 && !asking && (
            <p className="form-problem" role="alert" key={returned}>
              {errors === 1 ? 'One field needs another look.' : `${errors} fields need another look.`}
            </p>
          )}
          {asking ? (
            <Discard keep={() => setAsking(false)} discard={onClose} />
          ) : (
            <div className="form-buttons">
              <button type="button" className="button button-plain" onClick={leave}>
                Cancel
              </button>
              <button type="submit" className="button button-primary" aria-disabled={busy} aria-busy={busy}>
                {form.submit}
              </button>
            </div>
          )}
        </footer>
      </form>
    </dialog>
  );
}

function Discard({ keep, discard }: { keep: () => void; discard: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <fieldset className="form-buttons" aria-label="Discard what you typed?">
      <p role="alert">Discard what you typed?</p>
      <button type="button" className="button button-danger" onClick={discard}>
        Discard
      </button>
      <button ref={button} type="button" className="button button-primary" onClick={keep}>
        Keep editing
      </button>
    </fieldset>
  );
}
