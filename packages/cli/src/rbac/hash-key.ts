import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Io } from '../io.ts';

const limitBytes = 4096;

/** Prints the hash of a key that stands on stdin: an argument would be seen by every user of the machine. */
export async function hashKey(io: Io): Promise<number> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > limitBytes) break;
  }
  const key = text.replace(/\r?\n$/, '');
  if (key === '') {
    throw new HarnessError({
      code: 'USAGE',
      message: 'there is no key on stdin',
      hint: 'mcp-test-harness rbac hash-key < key.txt',
    });
  }
  const { hashApiKey } = await import('@mcp-test-harness/service/auth');
  io.stdout(`${hashApiKey(key)}\n`);
  return 0;
}
