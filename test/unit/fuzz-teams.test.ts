import { describe, expect, it, vi } from 'vitest';
import { TeamsCallFailed, troubleOf } from '../../adapters/teams/errors.ts';
import { ConversationFacts, PersonFacts } from '../../adapters/teams/facts.ts';
import { readValues } from '../../adapters/teams/form-values.ts';
import { htmlText } from '../../adapters/teams/html-text.ts';
import { isPress, pressOf, underOf } from '../../adapters/teams/job.ts';
import { isTooDeep, json } from '../../adapters/teams/json.ts';
import { nameIn, parse, seenIn } from '../../adapters/teams/parse.ts';
import { splitConversation } from '../../adapters/teams/ref.ts';
import { wordsOf } from '../../adapters/teams/source-text.ts';
import { TabPress, TabQuery, TabReader } from '../../adapters/teams/tab-wire.ts';
import { anyJson, fixtures, holds, mutated, oddText, runs } from '../support/fuzz.ts';

// Seconds where nothing else runs; `KEPT_FUZZ_RUNS` may make it many times as long.
vi.setConfig({ testTimeout: 60_000 + runs(300_000) });

function reads(body: unknown): void {
  const read = parse(body);
  seenIn(body);
  nameIn(body);
  if (!read.ok) {
    expect(read.reason.length).toBeLessThan(100_000);
    return;
  }
  const { told } = read;
  expect(typeof told.key).toBe('string');
  splitConversation(told.where.conversation);
  if (told.by !== 'person') return;
  pressOf(told);
  underOf(told);
  isPress(told);
  wordsOf(told);
  if (told.kind === 'press' || told.kind === 'dialog') {
    const { values } = readValues(told.data);
    for (const value of Object.values(values)) expect(typeof value).toBe('string');
  }
}

describe('whatever is said to be Teams’', () => {
  it('recorded activities with wrong places in them are read, or refused', () => {
    holds(mutated(fixtures('teams')), 70_000, reads);
  });

  it('so is any JSON', () => {
    holds(anyJson, 30_000, (body) => {
      reads(body);
      readValues(body);
      TabPress.safeParse(body);
      TabQuery.safeParse(body);
      TabReader.safeParse(body);
      if (typeof body === 'object' && body !== null) isTooDeep(body);
    });
  });

  it('so is any text where HTML or JSON is expected', () => {
    holds(oddText, 20_000, (text) => {
      htmlText(text);
      htmlText(`<div>${text}</div><at>${text}`);
      json(text);
      splitConversation(text);
    });
  });
});

describe('whatever Microsoft answers', () => {
  it('an error is read as some trouble', () => {
    holds(anyJson, 20_000, (data) => {
      for (const error of [
        data,
        Object.assign(new Error('x'), { body: data, statusCode: data, response: data }),
      ]) {
        expect(typeof troubleOf(error).kind).toBe('string');
      }
      expect(new TeamsCallFailed({ kind: 'not sent', error: 'x' })).toBeInstanceOf(Error);
    });
  });

  it('what was written down of places is read, or isn’t', () => {
    holds(anyJson, 20_000, (facts) => {
      ConversationFacts.safeParse(facts);
      PersonFacts.safeParse(facts);
    });
  });
});
