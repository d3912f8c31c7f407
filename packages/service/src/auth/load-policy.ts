import { HarnessError } from '@mcp-test-harness/core/errors';
import { oneAtATime } from '../one-at-a-time.ts';
import { readProtectedFile } from '../protected-file.ts';
import type { Policy } from './policy.ts';

/**
 * Reads the policy of a file that only its owner may write.
 * @throws HarnessError CONFIG_UNREADABLE, CONFIG_INVALID or CONFIG_SYNTAX
 */
export async function loadPolicy(file: string, now: number = Date.now()): Promise<Policy> {
  const bytes = await readProtectedFile(file, { what: 'the policy', secret: false });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HarnessError({ code: 'CONFIG_SYNTAX', message: `${file} is not UTF-8 text`, cause });
  }
  const { parsePolicy } = await import('./policy.ts');
  return parsePolicy(file, text, now);
}

/** The policy in force, and how another comes into force. */
export interface PolicyHolder {
  readonly current: Policy;
  /** Reads the file again. One that is broken changes nothing: the earlier policy stays in force. */
  reload(): Promise<PolicyReload>;
}

/** What came of it, for the log. */
export type PolicyReload =
  { readonly state: 'reloaded'; readonly policy: Policy } | { readonly state: 'kept'; readonly error: Error };

/**
 * Loads a policy that can be reloaded.
 * @throws HarnessError when there is none to begin with
 */
export async function openPolicy(file: string, now: () => number = Date.now): Promise<PolicyHolder> {
  let current = await loadPolicy(file, now());
  const read = async (): Promise<PolicyReload> => {
    try {
      current = await loadPolicy(file, now());
      return { state: 'reloaded', policy: current };
    } catch (error) {
      return { state: 'kept', error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  return {
    get current() {
      return current;
    },
    reload: oneAtATime(read),
  };
}
