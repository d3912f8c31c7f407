import { HarnessError, isHarnessError, type ErrorCode } from '../errors.ts';
import { cut } from '../protocol/findings.ts';

/** The parts of a flow, in their order. */
export type AuthStep = 'discovery' | 'registration' | 'authorization' | 'token';

const codes: Readonly<Record<AuthStep, ErrorCode>> = {
  discovery: 'TARGET_AUTH_DISCOVERY',
  registration: 'TARGET_AUTH_REGISTRATION',
  authorization: 'TARGET_AUTH_AUTHORIZATION',
  token: 'TARGET_AUTH_TOKEN',
};

/** One request of a flow, as it may be shown: without query, without body. */
export interface AuthRequest {
  readonly method: string;
  readonly url: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
}

/** What went wrong in a flow, before it is told. */
export class AuthFault extends Error {
  override readonly name = 'AuthFault';
  readonly hint: string | undefined;
  /** The `error` of an OAuth error answer. */
  readonly oauthError: string | undefined;

  constructor(
    message: string,
    more: {
      readonly hint?: string | undefined;
      readonly oauthError?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.hint = more.hint;
    this.oauthError = more.oauthError;
  }
}

/**
 * The error that a flow ends with: the step, what happened, and every request so far.
 * @param hide takes the secrets out of what servers said
 */
export function toAuthError(
  step: AuthStep,
  thrown: unknown,
  requests: readonly AuthRequest[],
  hide: (text: string) => string,
): HarnessError {
  if (isHarnessError(thrown)) return thrown;
  const last = requests.at(-1);
  const fault = thrown instanceof AuthFault ? thrown : translate(thrown, last);
  return new HarnessError({
    code: codes[step],
    message: hide(`OAuth ${step}: ${fault.message}`),
    hint: fault.hint ?? stepHints[step] ?? hintFor(fault.oauthError),
    details: {
      step,
      url: last?.url,
      status: last?.status,
      ...(fault.oauthError === undefined ? {} : { error: hide(fault.oauthError) }),
      requests,
    },
  });
}

/** What the SDK throws, in our words. */
function translate(thrown: unknown, last: AuthRequest | undefined): AuthFault {
  const where = last === undefined ? 'the flow' : describeRequest(last);
  if (!(thrown instanceof Error)) return new AuthFault(`${where}: ${String(thrown)}`);
  const { name, message } = thrown;
  const more = thrown as {
    readonly code?: unknown;
    readonly status?: unknown;
    readonly body?: unknown;
    readonly issues?: readonly { readonly path: readonly unknown[]; readonly message: string }[];
  };
  if (name === 'RegistrationRejectedError') {
    const { error, description } = readOAuthError(String(more.body));
    return new AuthFault(`${where}: ${description}`, { oauthError: error });
  }
  if (name === 'OAuthError') {
    const isOdd = message.includes('Invalid OAuth error response');
    if (isOdd) return new AuthFault(`${where}: ${cut(message.replace(/^[\s\S]*?Raw body: /, ''), 300)}`);
    const oauthError = String(more.code);
    return new AuthFault(`${where}: ${oauthError}: ${cut(message, 300)}`, { oauthError });
  }
  if (name === 'IssuerMismatchError') {
    return new AuthFault(`${where}: ${cut(message, 500)}`, {
      hint: 'The issuer must be, character by character, the one that the metadata was asked of (RFC 8414 section 3.3, RFC 9207 section 2.4): a mix-up, an attack, or a slash too many in the configuration of the authorization server.',
    });
  }
  if (Array.isArray(more.issues)) {
    const issues = more.issues.map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`);
    return new AuthFault(`${where}, but the document is faulty: ${cut(issues.join('; '), 500)}`);
  }
  if (thrown instanceof SyntaxError) {
    return new AuthFault(`${where}, but what came is no JSON: ${cut(message, 200)}`);
  }
  return new AuthFault(`${where}: ${cut(message, 500)}`, { cause: thrown });
}

/** `POST https://as.example/token was answered with HTTP 401`. */
export function describeRequest({ method, url, status }: AuthRequest): string {
  const what = `${method} ${url}`;
  return status === undefined ? `${what} was not answered` : `${what} was answered with HTTP ${status}`;
}

/** The members of an OAuth error answer, RFC 6749 section 5.2; of any other text its beginning. */
export function readOAuthError(body: string): {
  readonly error: string | undefined;
  readonly description: string;
} {
  try {
    const { error, error_description: description } = JSON.parse(body) as Record<string, unknown>;
    if (typeof error === 'string') {
      const words = typeof description === 'string' ? `: ${cut(description, 300)}` : '';
      return { error, description: `${cut(error, 100)}${words}` };
    }
  } catch {
    // No JSON: shown as it stands.
  }
  return { error: undefined, description: body.trim() === '' ? 'without a body' : cut(body.trim(), 300) };
}

const registrationHint =
  'Register the client by hand and give its client_id (and client_secret), or a client_metadata_url.';

const stepHints: Readonly<Partial<Record<AuthStep, string>>> = { registration: registrationHint };

const personHint =
  'This server needs a person. Use grant: client_credentials, a token under headers (Authorization: "Bearer ${TOKEN}"), or an authorization server that consents for test users by itself.';

const hints: Readonly<Record<string, string>> = {
  invalid_client:
    'Check client_id and client_secret (or private_key), and how the client is registered to prove itself.',
  unauthorized_client: 'The client is not registered for this grant: allow it there, or set another grant.',
  unsupported_grant_type: 'The authorization server does not offer this grant: set another one.',
  unsupported_response_type:
    'The client is not registered for codes: allow the authorization code grant there.',
  invalid_scope: 'Set scopes to those that this client may ask for.',
  invalid_grant:
    'The code or refresh token was refused: does the redirect_uri match the registered one, and are the clocks right?',
  invalid_target:
    'The authorization server does not know the resource: register the URL of the server there (RFC 8707).',
  invalid_redirect_uri: 'Register redirect_uri with the client, character by character.',
  access_denied: 'The authorization server refuses this client or user.',
  login_required: personHint,
  interaction_required: personHint,
  consent_required: personHint,
  account_selection_required: personHint,
};

function hintFor(oauthError: string | undefined): string | undefined {
  return oauthError !== undefined && Object.hasOwn(hints, oauthError) ? hints[oauthError] : undefined;
}

/** The authorization server shows a page. */
export function needsPerson(where: string): AuthFault {
  return new AuthFault(`${where}, a page for a person instead of a redirect`, { hint: personHint });
}
