import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocket } from 'undici';
import { z } from 'zod';
import { Fields } from './local-slack-amend.ts';
import { type Kind, parsed } from './local-slack-http.ts';
import { acceptSocket, type ServerSocket } from './local-slack-sockets.ts';

const Envelope = z.looseObject({
  envelope_id: z.string(),
  type: z.enum(['events_api', 'interactive', 'slash_commands']),
  payload: Fields,
});
const Ack = z.looseObject({ envelope_id: z.string(), payload: z.unknown().optional() });

/** Slack gives an app three seconds. */
const ACK_WITHIN_MS = 3_000;

/**
 * Stands between Kept and local-slack's Socket Mode: each socket that Kept opens at the server is joined to one
 * of local-slack's, and what comes there goes through `pass`.
 */
export function joinSockets(
  server: Server,
  parts: {
    upstream: (path: string) => string;
    pass: (kind: Kind, payload: Fields, send: (payload: Fields) => Promise<string>) => Promise<string>;
  },
) {
  const open = new Set<ServerSocket>();
  const pending = new Map<string, (answer: string) => void>();

  /** Sends Kept an envelope over the socket that it opened last; gives what it acks with. */
  function send(kind: Kind, payload: Fields, id: string = randomUUID()): Promise<string> {
    const socket = [...open].at(-1);
    if (socket === undefined) throw new Error('Kept has no open socket');
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`No ack for ${kind} in ${ACK_WITHIN_MS} ms`)),
        ACK_WITHIN_MS,
      );
      pending.set(id, (answer) => {
        clearTimeout(late);
        pending.delete(id);
        resolve(answer);
      });
      const accepts = kind !== 'events_api';
      socket.send(
        JSON.stringify({ envelope_id: id, type: kind, payload, accepts_response_payload: accepts }),
      );
    });
  }

  server.on('upgrade', (request, stream) => {
    const upstream = new WebSocket(parts.upstream(request.url ?? ''));
    const socket = acceptSocket(request, stream, {
      text: (text) => {
        const ack = Ack.safeParse(parsed(text)).data;
        if (ack) pending.get(ack.envelope_id)?.(JSON.stringify(ack.payload ?? ''));
      },
      close: () => {
        open.delete(socket);
        upstream.close();
      },
    });
    open.add(socket);
    upstream.addEventListener('close', socket.close);
    upstream.addEventListener('message', ({ data }) => {
      const envelope = Envelope.safeParse(parsed(String(data))).data;
      if (envelope === undefined) {
        socket.send(String(data));
        return;
      }
      const { envelope_id: id, type, payload } = envelope;
      parts
        .pass(type, payload, (amended) => send(type, amended, id))
        .then((answer) => upstream.send(JSON.stringify({ envelope_id: id, payload: parsed(answer) ?? {} })))
        .catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    });
  });

  return {
    send,
    isOpen: () => open.size > 0,
    close: () => {
      for (const socket of open) socket.close();
    },
  };
}
