import { startSlackEnd } from './slack-end.ts';

/* A Slack that takes everything, in a process of its own: what it does is no part of what is measured. Prints its address. */
const { apiUrl } = await startSlackEnd();
process.stdout.write(`${JSON.stringify(apiUrl)}\n`);
