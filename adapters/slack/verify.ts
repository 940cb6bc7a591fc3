import { createHmac, timingSafeEqual } from 'node:crypto';

/** Requests older or newer than this are not Slack's, or are replayed (docs.slack.dev, "Verifying requests"). */
const WINDOW_S = 5 * 60;

/** What is wrong with a request's signature; null when it is Slack's. `now` in epoch ms, by the wall clock. */
export function signatureFault(request: {
  signingSecret: string;
  timestamp: string | undefined;
  signature: string | undefined;
  body: Buffer;
  now: number;
}): 'unsigned' | 'too old' | 'from the future' | 'forged' | null {
  const { signingSecret, timestamp, signature, body, now } = request;
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/u.test(timestamp)) {
    return 'unsigned';
  }
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex');
  const expected = Buffer.from(`v0=${mac}`);
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return 'forged';
  }
  // Bolt looks at the past alone: what is signed for tomorrow could be replayed until then.
  const age = Math.floor(now / 1000) - Number(timestamp);
  if (age >= WINDOW_S) {
    return 'too old';
  }
  return age <= -WINDOW_S ? 'from the future' : null;
}
