import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { parse as hear } from '../../adapters/slack/parse.ts';
import { missingScopes, NEEDED_SCOPES, SCOPES } from '../../adapters/slack/scopes.ts';

const file = readFileSync(path.join(import.meta.dirname, '../../adapters/slack/manifest.yaml'), 'utf8');

const words = (max: number, min = 1) => z.string().min(min).max(max);
const Url = z.url({ protocol: /^https$/ });

/** The limits of Slack's own schema, github.com/slackapi/manifest-schema; an unknown key is one mistyped. */
const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1), minor_version: z.int() }),
  display_information: z.strictObject({
    name: words(35),
    description: words(140),
    long_description: words(4_000, 175),
    background_color: z.string().regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: words(80), always_online: z.boolean() }),
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: words(32, 2).regex(/^\//),
          url: Url,
          description: words(2_000),
          usage_hint: words(1_000),
          should_escape: z.boolean(),
        }),
      )
      .max(50),
    shortcuts: z
      .array(
        z.strictObject({
          type: z.enum(['global', 'message']),
          name: words(24),
          callback_id: words(255),
          description: words(150),
        }),
      )
      .max(10),
    unfurl_domains: z.array(words(255).regex(/^(?![.-])[-a-z0-9.]+[a-z0-9]$/)).max(5),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(Url),
    scopes: z.strictObject({ bot: z.array(words(50)).max(255) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: Url, bot_events: z.array(words(50)).max(100) }),
    interactivity: z.strictObject({
      is_enabled: z.literal(true),
      request_url: Url,
      message_menu_options_url: Url,
    }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});
const manifest = Manifest.parse(parse(file, { strict: true, uniqueKeys: true }));

/** Each event that is subscribed to: the scope it is sent for (docs.slack.dev/reference/events), and one as it comes. */
const EVENTS: Record<string, { scope: string | null; event: object }> = {
  app_home_opened: { scope: null, event: { user: 'U1', channel: 'D1', tab: 'home' } },
  app_mention: {
    scope: 'app_mentions:read',
    event: { user: 'U1', channel: 'C1', ts: '1.1', text: '<@UBOT> mine' },
  },
  'message.im': {
    scope: 'im:history',
    event: { channel_type: 'im', user: 'U1', channel: 'D1', ts: '1.1', text: 'mine' },
  },
  'message.channels': {
    scope: 'channels:history',
    event: { channel_type: 'channel', user: 'U1', channel: 'C1', ts: '1.2', thread_ts: '1.1', text: 'on it' },
  },
  'message.groups': {
    scope: 'groups:history',
    event: { channel_type: 'group', user: 'U1', channel: 'G1', ts: '1.2', thread_ts: '1.1', text: 'on it' },
  },
  member_joined_channel: { scope: 'channels:read', event: { user: 'U1', channel: 'C1', channel_type: 'C' } },
  member_left_channel: { scope: 'groups:read', event: { user: 'U1', channel: 'C1', channel_type: 'G' } },
  channel_shared: { scope: 'channels:read', event: { channel: 'C1', connected_team_id: 'TX' } },
  channel_unshared: { scope: 'channels:read', event: { channel: 'C1', previously_connected_team_id: 'TX' } },
  link_shared: {
    scope: 'links:read',
    event: { user: 'U1', channel: 'C1', message_ts: '1.1', links: [{ url: 'https://kept.example.com/c/1' }] },
  },
  user_change: { scope: 'users:read', event: { user: { id: 'U1' } } },
  dnd_updated_user: { scope: 'dnd:read', event: { user: 'U1', dnd_status: { dnd_enabled: false } } },
  tokens_revoked: { scope: null, event: { tokens: { bot: ['UBOT'] } } },
  app_uninstalled: { scope: null, event: {} },
};

describe('the manifest', () => {
  test('is one that Slack takes', () => {
    expect(parseDocument(file).errors).toEqual([]);
    expect(parseDocument(file).warnings).toEqual([]);
  });

  test('asks for the scopes that OAuth asks for, each once and with the same reason', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(NEEDED_SCOPES);
    expect(new Set(NEEDED_SCOPES).size).toBe(NEEDED_SCOPES.length);
    for (const { scope, why } of SCOPES) {
      const [, reason] = new RegExp(`# (.+)\\n +- ${scope}\\n`).exec(file) ?? [];
      expect(reason?.toLowerCase(), scope).toBe(`${why.toLowerCase()}.`);
    }
  });

  test('every event is sent for a scope that is asked for, has its reason, and is heard', () => {
    const { bot_events: subscribed } = manifest.settings.event_subscriptions;
    expect(subscribed.toSorted()).toEqual(Object.keys(EVENTS).toSorted());
    for (const [name, { scope, event }] of Object.entries(EVENTS)) {
      if (scope !== null) expect(NEEDED_SCOPES, name).toContain(scope);
      expect(file, name).toMatch(new RegExp(`# .+\\n(?: +- \\S+\\n)? +- ${name.replace('.', '\\.')}\\n`));
      const [type] = name.split('.');
      const heard = hear({
        type: 'event_callback',
        event_id: 'Ev1',
        team_id: 'T1',
        event: { type, ...event },
      });
      expect(heard, name).toMatchObject({ ok: true });
    }
  });

  test('Slack calls one address, and OAuth leads back to the other', () => {
    const { event_subscriptions, interactivity } = manifest.settings;
    const called = [
      event_subscriptions.request_url,
      interactivity.request_url,
      interactivity.message_menu_options_url,
      ...manifest.features.slash_commands.map(({ url }) => url),
    ];
    expect(new Set(called)).toEqual(new Set(['https://kept.example.com/slack/events']));
    expect(manifest.oauth_config.redirect_urls).toEqual(['https://kept.example.com/slack/oauth_redirect']);
    expect(manifest.features.unfurl_domains).toEqual(['kept.example.com']);
  });

  test('the command and the shortcuts are those that are heard', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(['/care']);
    expect(manifest.features.shortcuts.map(({ type, callback_id }) => [type, callback_id])).toEqual([
      ['global', 'open_case'],
      ['message', 'open_case_from_message'],
    ]);
  });
});

test('what is missing is named, with what it is for; more than is needed is no matter', () => {
  expect(missingScopes([...NEEDED_SCOPES, 'files:read'])).toEqual([]);
  const granted = NEEDED_SCOPES.filter((scope) => scope !== 'dnd:read');
  expect(missingScopes(granted)).toEqual([expect.objectContaining({ scope: 'dnd:read' })]);
});
