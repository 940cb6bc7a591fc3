import { App, HTTPReceiver } from '@slack/bolt';
import { z } from 'zod';

/*
 * A Bolt app that does nothing but acknowledge a slash command, as Bolt's own documentation has it: HTTPReceiver with
 * the signature checked. Prints the port it listens on.
 */
const { signingSecret } = z.object({ signingSecret: z.string() }).parse(JSON.parse(process.argv[2] ?? ''));
const receiver = new HTTPReceiver({ signingSecret, endpoints: '/slack/events' });
const authorize = () => Promise.resolve({ botToken: 'xoxb-bench', botId: 'B1', botUserId: 'UBOT' });
const app = new App({ receiver, authorize });
app.command('/care', async ({ ack }) => {
  await ack();
});
const server = await receiver.start({ port: 0, host: '127.0.0.1' });
const address = server.address();
process.stdout.write(`${JSON.stringify(typeof address === 'object' ? address?.port : null)}\n`);
