import { over } from '../domain/ask-turns.ts';
import { isUnsettled } from '../domain/care-promise.ts';
import { askOf, promiseOf } from '../domain/case-file.ts';
import { promiseOver } from '../domain/promise-turns.ts';
import type { Rejection } from '../domain/rejection.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Subject } from './card.ts';
import type { FormId } from './form.ts';
import type { View } from './view.ts';

/**
 * What has happened since a button was drawn, if its form can't do anything any more: said at the press, before
 * anybody fills it in for nothing.
 */
export function outdated(form: FormId, { file }: View, { promiseId, askId }: Subject): Rejection | null {
  const promise = promiseId === null ? undefined : promiseOf(file, promiseId);
  const ask = askId === null ? undefined : askOf(file, askId);
  const isClosed = file.case.status === 'closed';
  switch (form) {
    case 'keep':
    case 'move':
    case 'hand over':
    case 'withdraw':
      return promise !== undefined && !isUnsettled(promise) ? promiseOver(promise) : null;
    case 'approve':
    case 'approve within':
    case 'another option':
    case 'decline':
      return ask !== undefined && ask.status !== 'open' ? over(ask) : null;
    case 'promise':
    case 'ask':
    case 'close':
      return isClosed ? { why: 'case is closed' } : null;
    case 'open':
    case 'authority':
    case 'workspace':
      return null;
    default:
      return unreachable(form);
  }
}
