import { describe, expect, it, vi } from 'vitest';
import { errorCodeOf } from '../../adapters/slack/error-code.ts';
import { meaningOf, troubleOf } from '../../adapters/slack/errors.ts';
import { metaOf } from '../../adapters/slack/filled-form.ts';
import { pickedTime, readValues } from '../../adapters/slack/form-values.ts';
import { isHeardLater } from '../../adapters/slack/pacing.ts';
import { parse } from '../../adapters/slack/parse.ts';
import { changeOf, isLink, opensModal, pressedOf } from '../../adapters/slack/pressed.ts';
import {
  awayOf,
  isAdminOf,
  nameOf,
  SlackUser,
  whyNoMember,
  zoneOf,
} from '../../adapters/slack/slack-user.ts';
import { storable } from '../../adapters/slack/storable.ts';
import type { Told } from '../../adapters/slack/told.ts';
import { typedInto } from '../../adapters/slack/typed-into.ts';
import { signatureFault } from '../../adapters/slack/verify.ts';
import { anyJson, fixtures, holds, mutated, oddText, runs } from '../support/fuzz.ts';

// Seconds where nothing else runs; `KEPT_FUZZ_RUNS` may make it many times as long.
vi.setConfig({ testTimeout: 60_000 + runs(300_000) });

/** All that is read out of something that was told, before any of it is carried out. */
function readAll(told: Told): void {
  expect(typeof told.key).toBe('string');
  isHeardLater(told);
  if (told.by !== 'person') return;
  opensModal(told);
  if (told.kind === 'action') {
    pressedOf(told);
    changeOf(told);
    isLink(told);
    pickedTime(told.raw);
  }
  if (told.kind === 'submit') {
    const meta = metaOf(told.view);
    typedInto(told.view);
    if (meta?.kind === 'form') {
      const { values, users } = readValues(told.view.state, meta);
      for (const value of [...Object.values(values), ...Object.values(users)]) {
        expect(typeof value).toBe('string');
      }
    }
  }
}

/** The same whether it comes from the wire or, later, out of the inbox. */
function reads(body: unknown): void {
  const read = parse(body);
  if (!read.ok) {
    expect(read.reason.length).toBeLessThan(200_000);
    return;
  }
  readAll(read.told);
  if (typeof body === 'object' && body !== null) {
    const later = parse(JSON.parse(JSON.stringify(storable(body))));
    expect(later.ok).toBe(true);
  }
}

describe('whatever is said to be Slack’s', () => {
  it('recorded payloads with wrong places in them are read, or refused', () => {
    holds(mutated(fixtures('slack')), 70_000, reads);
  });

  it('so is any JSON', () => {
    holds(anyJson, 30_000, reads);
  });

  it('a signature is checked, whatever it looks like', () => {
    holds(oddText, 10_000, (text) => {
      const request = {
        signingSecret: 'a secret',
        timestamp: text,
        signature: text,
        body: Buffer.from(text),
      };
      expect(signatureFault({ ...request, now: 0 })).not.toBeNull();
      expect(signatureFault({ ...request, timestamp: '0', now: 0 })).toBe('forged');
    });
  });
});

describe('whatever Slack answers', () => {
  it('a person is read from it, or nobody is', () => {
    const [change] = fixtures('slack').filter((one) => JSON.stringify(one).includes('"user_change"'));
    const user: unknown = Reflect.get(Reflect.get(Object(change), 'event') ?? {}, 'user');
    expect(SlackUser.safeParse(user).success).toBe(true);
    holds(mutated([user]), 30_000, (one) => {
      const read = SlackUser.safeParse(one).data;
      if (read === undefined) return;
      whyNoMember(read, { teamId: 'T1', enterpriseId: null });
      expect(nameOf(read).trim()).not.toBe('');
      zoneOf(read);
      awayOf(read, 0, null);
      isAdminOf(read, { installedBy: null });
    });
  });

  it('an error is read as some trouble', () => {
    holds(anyJson, 20_000, (data) => {
      for (const error of [data, Object.assign(new Error('x'), { data, code: data, statusCode: data })]) {
        const trouble = troubleOf(error);
        expect(['limited', 'refused', 'doubtful', 'not sent']).toContain(trouble.kind);
        if (trouble.kind === 'refused') meaningOf(trouble.code);
        errorCodeOf(error);
      }
    });
  });
});
