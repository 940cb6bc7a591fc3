import { subscribe } from 'node:diagnostics_channel';

/** Loaded into a Kept process before all else, it lets each request of `fetch` say by a header which one sent it. */
const name = process.env['CHAOS_PROCESS'] ?? '';

subscribe('undici:request:create', (told) => {
  if (typeof told !== 'object' || told === null || !('request' in told)) return;
  const { request } = told;
  if (typeof request !== 'object' || request === null || !('addHeader' in request)) return;
  if (typeof request.addHeader === 'function') request.addHeader('x-sent-by', name);
});
