import type { SessionOptions } from '../protocol/types.ts';
import { createAuthorizer } from './authorizer.ts';
import { isAuthorizer, type SecretListener } from './types.ts';

/** The same options, their `auth` made ready to be shared by every session that is opened with them. */
export function withAuthorizer<T extends SessionOptions>(options: T, onSecret?: SecretListener): T {
  if (!('url' in options) || options.auth === undefined || isAuthorizer(options.auth)) return options;
  return { ...options, auth: createAuthorizer(options.auth, options, onSecret) };
}
