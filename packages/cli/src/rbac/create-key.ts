import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Io } from '../io.ts';

export interface CreateKeyOptions {
  readonly user: string | undefined;
  readonly expires: string | undefined;
  readonly json: boolean | undefined;
}

/** Prints a new key, once: stdout has nothing but the key, so that a script can take it. */
export async function createKey({ user, expires, json }: CreateKeyOptions, io: Io): Promise<number> {
  const expiresAt = expires === undefined ? undefined : readExpiry(expires, Date.now());
  const { createApiKey } = await import('@mcp-test-harness/service/auth');
  const { id, key, hash } = createApiKey();
  if (json === true) {
    io.stdout(
      `${JSON.stringify({ id, key, hash, ...(expiresAt === undefined ? {} : { expires_at: expiresAt }) })}\n`,
    );
    return 0;
  }
  io.stdout(`${key}\n`);
  io.stderr(
    [
      '',
      'This is the only time that the key is shown. Put this into rbac.yaml, with the id as a note:',
      '',
      `  - username: ${JSON.stringify(user ?? 'ci-system')}`,
      '    role: "test-operator"',
      '    api_keys:',
      `      - hash: "${hash}" # ${id}`,
      ...(expiresAt === undefined ? [] : [`        expires_at: "${expiresAt}"`]),
      '',
    ].join('\n'),
  );
  return 0;
}

/** `90d`, or a moment with its time zone, or a date. */
function readExpiry(text: string, now: number): string {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const time =
    days !== undefined
      ? now + Number(days) * 86_400_000
      : /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text)
        ? Date.parse(text)
        : Number.NaN;
  if (Number.isNaN(time) || time <= now) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--expires ${text} is no moment to come`,
      hint: 'Write a number of days, 90d, or a date, 2027-01-31, or 2027-01-31T12:00:00Z.',
    });
  }
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
