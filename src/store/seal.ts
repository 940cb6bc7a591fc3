import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Shuts secrets away for the database and opens them again. `boundTo` names the place where one belongs. */
export type Seal = {
  seal(secret: string, boundTo: string): string;
  /** Throws when no key opens it, or when it was sealed for another place. */
  open(sealed: string, boundTo: string): string;
  /** Whether it was sealed with the key that seals now. */
  isCurrent(sealed: string): boolean;
};

const VERSION = 'v1';
const KEY_BYTES = 32;
/** What GCM is made for: NIST SP 800-38D, 5.2.1.1 and 5.2.1.2. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

type Key = { id: string; bytes: Buffer };

const Base64Key = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === KEY_BYTES);

/** Whether a text can be a key: base64 of 32 bytes. */
export function isKey(text: string): boolean {
  return Base64Key.safeParse(text).success;
}

/**
 * AES-256-GCM with these keys, each base64 of 32 bytes: the first seals, every one opens, so an old key goes on
 * being read after a new one was put before it. A sealed secret is `v1.<key id>.<iv>.<tag>.<ciphertext>` in
 * base64url. Throws when there is no key, or one that isn't 32 bytes.
 */
export function createSeal(keys: readonly string[]): Seal {
  const known = keys.map(readKey);
  const [current] = known;
  if (current === undefined) {
    throw new Error('There is no encryption key to seal secrets with');
  }
  return {
    seal: (secret, boundTo) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.bytes, iv).setAAD(Buffer.from(boundTo));
      const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      const parts = [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'));
      return [VERSION, current.id, ...parts].join('.');
    },
    open: (sealed, boundTo) => {
      const { keyId, iv, tag, ciphertext } = read(sealed);
      const key = known.find(({ id }) => id === keyId);
      if (key === undefined) {
        throw new Error(`A secret was sealed with the key ${keyId}, which isn’t among the keys given`);
      }
      try {
        const options = { authTagLength: TAG_BYTES };
        const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, options)
          .setAAD(Buffer.from(boundTo))
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new Error('A sealed secret was changed, or belongs to another place', { cause });
      }
    },
    isCurrent: (sealed) => read(sealed).keyId === current.id,
  };
}

function readKey(text: string, at: number): Key {
  const bytes = Base64Key.safeParse(text);
  if (!bytes.success) {
    throw new Error(`Encryption key ${at + 1} isn’t the base64 of ${KEY_BYTES} bytes`);
  }
  // Enough to tell keys apart, and of no help in finding one.
  const id = createHash('sha256').update(bytes.data).digest().subarray(0, 6).toString('base64url');
  return { id, bytes: bytes.data };
}

function read(sealed: string): { keyId: string; iv: Buffer; tag: Buffer; ciphertext: Buffer } {
  const [version, keyId, iv, tag, ciphertext, ...rest] = sealed.split('.');
  const isWhole =
    version === VERSION && keyId !== undefined && iv !== undefined && tag !== undefined && rest.length === 0;
  if (!isWhole || ciphertext === undefined) {
    throw new Error('A sealed secret isn’t in a form that this version reads');
  }
  const bytes = (part: string) => Buffer.from(part, 'base64url');
  return { keyId, iv: bytes(iv), tag: bytes(tag), ciphertext: bytes(ciphertext) };
}
