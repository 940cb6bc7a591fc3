import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's end of a WebSocket. */
export type ServerSocket = { send: (text: string) => void; close: () => void };

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
/** RFC 6455, section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Accepts an upgrade as a WebSocket: as much of RFC 6455 as Socket Mode needs, which is whole text frames, pings
 * and the close. Says pong to a ping and pings every ten seconds, for clients that listen for it.
 */
export function acceptSocket(
  request: IncomingMessage,
  socket: Duplex,
  on: { text: (text: string) => void; close: () => void },
): ServerSocket {
  const key = `${request.headers['sec-websocket-key'] ?? ''}${GUID}`;
  const accept = createHash('sha1').update(key).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
  const pinging = setInterval(() => socket.write(frame(PING, Buffer.alloc(0))), 10_000);
  let held = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (let next = readFrame(held); next !== null; next = readFrame(held)) {
      held = held.subarray(next.length);
      if (next.opcode === TEXT) on.text(next.payload.toString('utf8'));
      if (next.opcode === PING) socket.write(frame(PONG, next.payload));
      if (next.opcode === CLOSE) socket.end(frame(CLOSE, next.payload));
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearInterval(pinging);
    on.close();
  });
  return {
    send: (text) => socket.write(frame(TEXT, Buffer.from(text))),
    close: () => socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8]))),
  };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  if (size < 126) return Buffer.concat([Buffer.from([0x80 | opcode, size]), payload]);
  const head = Buffer.alloc(size < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = size < 65_536 ? 126 : 127;
  if (size < 65_536) head.writeUInt16BE(size, 2);
  else head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, payload]);
}

/** The first frame that is whole, with its length in bytes; null while there is none. */
function readFrame(held: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (held.length < 6) return null;
  const short = held.readUInt8(1) & 0x7f;
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + sizeBytes + 4;
  if (held.length < start) return null;
  const size =
    sizeBytes === 0 ? short : sizeBytes === 2 ? held.readUInt16BE(2) : Number(held.readBigUInt64BE(2));
  if (held.length < start + size) return null;
  const mask = held.subarray(start - 4, start);
  const payload = Buffer.from(held.subarray(start, start + size));
  for (let at = 0; at < size; at += 1) payload[at] = payload.readUInt8(at) ^ mask.readUInt8(at % 4);
  return { opcode: held.readUInt8(0) & 0x0f, payload, length: start + size };
}
