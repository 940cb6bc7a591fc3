import { useCallback, useEffect, useRef, useState } from 'react';
import type { Card } from '../../../src/conversation/card.ts';
import type { Form, Option } from '../../../src/conversation/form.ts';
import type { Intent } from '../../../src/conversation/intent.ts';
import { postIntent, sentenceOf } from './api.ts';
import { placeOf, type Spot, useDesk } from './desk.ts';
import { type Filling, fillIn, isSameForm, mergeForm, startFilling } from './merge-form.ts';

const PREVIEW_MS = 300;

/** A form in the making, and what can be done with it. */
export type FormDesk = {
  filling: Filling;
  busy: boolean;
  /** Why the last call failed; nothing is lost by it. */
  problem: string | null;
  /** What Kept answered instead of the form, as when somebody else was faster. */
  answer: Card | null;
  /** Counts the submits that came back: the first error is to be looked at. */
  returned: number;
  /** `at once` for a choice, which isn't typed on. */
  set: (name: string, value: string, options?: { atOnce: boolean }) => void;
  submit: () => Promise<void>;
  suggest: (query: string) => Promise<readonly Option[]>;
};

/** Fills in a form: previews as live fields change, submits, and takes what comes back. */
export function useForm(first: Form, spot: Spot, onClose: () => void): FormDesk {
  const { me, show } = useDesk();
  const [filling, setFilling] = useState(() => startFilling(first));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Card | null>(null);
  const [returned, setReturned] = useState(0);
  // The newest state, for calls that were planned before it.
  const latest = useRef(filling);
  const timer = useRef(0);
  /** Counts the questions asked: an answer to an older one says nothing any more. */
  const asked = useRef(0);

  const take = useCallback((next: Filling) => {
    latest.current = next;
    setFilling(next);
  }, []);

  const intent = useCallback(
    (kind: 'preview' | 'submit'): Intent => {
      const { form, values } = latest.current;
      const { id, nonce, subject, source } = form;
      return { kind, form: id, nonce, subject, values, source, place: placeOf(spot.room) };
    },
    [spot.room],
  );

  const preview = useCallback(async () => {
    asked.current += 1;
    const question = asked.current;
    try {
      const reply = await postIntent(me.id, intent('preview'));
      if (question !== asked.current) return;
      setProblem(null);
      if (reply.kind === 'form') take(mergeForm(latest.current, reply.form, false));
      else if (reply.kind === 'card') setAnswer(reply.card);
    } catch (error) {
      if (question === asked.current) setProblem(sentenceOf(error));
    }
  }, [me.id, intent, take]);

  useEffect(() => () => window.clearTimeout(timer.current), []);

  const set = useCallback<FormDesk['set']>(
    (name, value, options) => {
      take(fillIn(latest.current, name, value));
      if (!latest.current.form.fields.find((field) => field.name === name)?.live) return;
      // What is on its way was asked before this, and would say the wrong thing.
      asked.current += 1;
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void preview(), options?.atOnce ? 0 : PREVIEW_MS);
    },
    [take, preview],
  );

  const submit = useCallback(async () => {
    if (busy) return;
    window.clearTimeout(timer.current);
    asked.current += 1;
    setBusy(true);
    try {
      const reply = await postIntent(me.id, intent('submit'));
      setProblem(null);
      if (reply.kind === 'form' && isSameForm(latest.current.form, reply.form)) {
        take(mergeForm(latest.current, reply.form, true));
        setReturned((count) => count + 1);
      } else {
        // A next form takes this one's place.
        if (reply.kind !== 'form') onClose();
        show(reply, spot);
      }
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  }, [busy, intent, me.id, onClose, show, spot, take]);

  const suggest = useCallback(
    async (query: string) => {
      const reply = await postIntent(me.id, { kind: 'suggest', query });
      return reply.kind === 'suggestions' ? reply.options : [];
    },
    [me.id],
  );

  return { filling, busy, problem, answer, returned, set, submit, suggest };
}
