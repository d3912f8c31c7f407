import { sessionMs } from './sessions.ts';

const name = 'mth_session';
const attributes = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** The id of a session that a request brings. */
export function readSessionCookie(header: string | undefined): string | undefined {
  const [, id] = new RegExp(`(?:^|;\\s*)${name}=([\\w-]{43})(?:;|$)`).exec(header ?? '') ?? [];
  return id;
}

export function writeSessionCookie(id: string): string {
  return `${name}=${id}; ${attributes}; Max-Age=${sessionMs / 1000}`;
}

export function clearSessionCookie(): string {
  return `${name}=; ${attributes}; Max-Age=0`;
}
