import {
  authenticate,
  authorise,
  type Credentials,
  type Principal,
  type RefusalReason,
} from './authenticate.ts';
import type { Permission } from './permissions.ts';
import type { Policy } from './policy.ts';

/** Whether a request goes on, and what is answered when it does not. */
export type Decision =
  | { readonly status: 200; readonly principal: Principal }
  | {
      readonly status: 401;
      /** For the audit log, not for the caller. */
      readonly reason: RefusalReason;
      readonly keyId?: string;
      readonly certificate?: string;
      readonly message: string;
      readonly headers: { readonly 'www-authenticate': string };
    }
  | { readonly status: 403; readonly principal: Principal; readonly message: string };

/** Judges a request that wants to do something: who it is, then whether they may. */
export function guard(
  policy: Policy,
  credentials: Credentials,
  permission: Permission,
  now: number,
): Decision {
  const who = authenticate(policy, credentials, now);
  if (who.state === 'refused') {
    const { state: _state, ...refusal } = who;
    const without = who.reason === 'no-credentials' || who.reason === 'unknown-certificate';
    return {
      status: 401,
      ...refusal,
      // Which of the other reasons it was would help only one who guesses.
      message: without ? 'an API key is needed' : 'the API key is not valid',
      headers: {
        'www-authenticate': `Bearer realm="mcp-test-harness"${without ? '' : ', error="invalid_token"'}`,
      },
    };
  }
  const { principal } = who;
  return authorise(principal, permission)
    ? { status: 200, principal }
    : { status: 403, principal, message: `the role ${principal.role} lacks the permission ${permission}` };
}
