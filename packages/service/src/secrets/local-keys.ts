/** Keys that this process holds itself: of an environment variable or a file. */
import { HarnessError } from '@mcp-test-harness/core/errors';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { KeyProvider } from './define.ts';

const keyBytes = 32;
/** AES key wrap, RFC 3394, with its initial value. */
const algorithm = 'id-aes256-wrap';
const initialValue = Buffer.alloc(8, 0xa6);

/**
 * A provider of the keys in a text: one in each line, 32 bytes as hexadecimal digits or base64. The first wraps, all
 * unwrap: a key is rotated by putting another before it.
 * @param source names where the text is from, for errors
 * @throws HarnessError CONFIG_INVALID, without the text
 */
export function localKeys(name: string, text: string, source: string): KeyProvider {
  const keys = new Map<string, KeyObject>();
  for (const [index, line] of text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .entries()) {
    const bytes = /^[0-9a-f]{64}$/i.test(line) ? Buffer.from(line, 'hex') : fromBase64(line);
    if (bytes?.length !== keyBytes)
      throw noKey(source, `key ${index + 1} is none: 32 random bytes are needed`);
    keys.set(fingerprint(bytes), createSecretKey(bytes));
  }
  const [current] = keys;
  if (current === undefined) throw noKey(source, 'there is no key');
  const [currentId, wrapping] = current;
  return {
    name,
    createDataKey: async () => {
      const bytes = randomBytes(keyBytes);
      const cipher = createCipheriv(algorithm, wrapping, initialValue);
      const wrapped = Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64url');
      return { key: toKey(bytes), wrapped: `${currentId}:${wrapped}` };
    },
    unwrap: async (wrapped) => {
      const [, id = '', encoded = ''] = /^([0-9a-f]{16}):([\w-]{54})$/.exec(wrapped) ?? [];
      const key = keys.get(id);
      if (id === '') throw new Error('the wrapped key has another form');
      if (key === undefined) throw new Error(`it needs the key ${id}, which is not among those of ${source}`);
      const decipher = createDecipheriv(algorithm, key, initialValue);
      try {
        return toKey(Buffer.concat([decipher.update(Buffer.from(encoded, 'base64url')), decipher.final()]));
      } catch {
        throw new Error('the wrapped key was changed');
      }
    },
  };
}

/** The bytes are not kept besides. */
export function toKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** Of the form that encoders write, and no other: Node skips what is no base64. */
export function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function fingerprint(key: Buffer): string {
  return createHash('sha256')
    .update('mcp-test-harness encryption key\n')
    .update(key)
    .digest('hex')
    .slice(0, 16);
}

function noKey(source: string, reason: string): HarnessError {
  return new HarnessError({
    code: 'CONFIG_INVALID',
    message: `${source}: ${reason}`,
    hint: 'openssl rand -hex 32 makes one.',
  });
}
