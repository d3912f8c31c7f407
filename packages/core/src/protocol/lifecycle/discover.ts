import { HarnessError, isHarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { cut } from '../findings.ts';
import type { RevisionStrategy } from '../revisions/strategy.ts';
import { requestMeta, metaOf } from '../stateless/meta.ts';
import { requestHeaders } from '../stateless/request-headers.ts';
import { supportedRevisions, type Exchange } from '../types.ts';
import type { Agreement, Lifecycle, LifecyclePort } from './types.ts';

/**
 * What a server said to `server/discover`. A server of the stateless era answers with what it speaks, or refuses with
 * an error of that era; whatever else happens is a server that does not know the era (2026-07-28, basic/versioning:
 * the fallback must not be keyed to one error code).
 */
export type Discovery =
  | {
      readonly era: 'stateless';
      /** Revisions that the server says it speaks. */
      readonly supported: readonly string[];
      readonly exchange: Exchange | undefined;
      /** Undefined when the revision asked for was refused. */
      readonly result: JsonObject | undefined;
    }
  | { readonly era: 'unknown'; readonly why: string; readonly cause: HarnessError | undefined };

const method = 'server/discover';
/** Errors that only servers of the stateless era know; 2026-07-28, basic#error-codes. */
const eraErrors: ReadonlySet<unknown> = new Set([-32020, -32021, -32022]);
const unsupportedVersion = -32022;

/**
 * Asks the server what it speaks; once more when it refuses a revision that it then says it speaks.
 * @throws HarnessError when there is nobody to ask any more: CANCELLED, PROTOCOL_TIMEOUT, TARGET_EXITED, ...
 */
export async function discover(
  port: LifecyclePort,
  asked: RevisionStrategy,
  signal?: AbortSignal,
): Promise<Discovery> {
  const first = await ask(port, asked, signal);
  const wasRefused = first.era === 'stateless' && first.result === undefined;
  return wasRefused && first.supported.includes(asked.revision) ? ask(port, asked, signal) : first;
}

async function ask(
  port: LifecyclePort,
  asked: RevisionStrategy,
  signal: AbortSignal | undefined,
): Promise<Discovery> {
  try {
    const exchange = await port.exchange(
      method,
      { _meta: requestMeta(asked, port.client, port.clientInfo) },
      { signal, headers: { ...asked.httpHeaders, ...requestHeaders(method, undefined) } },
    );
    return readDiscovery(exchange);
  } catch (error) {
    if (!isHarnessError(error) || !meansLegacy(error)) throw error;
    // An HTTP error page may hold the JSON-RPC error without the id that would have brought it to its request.
    const inBody = errorInBody(error.details?.['body']);
    return refusal(inBody, undefined) ?? { era: 'unknown', why: error.message, cause: error };
  }
}

function readDiscovery(exchange: Exchange): Discovery {
  const { result, error, malformed } = exchange;
  const refused = refusal(error, exchange);
  if (refused !== undefined) return refused;
  if (isJsonObject(result) && Array.isArray(result['supportedVersions'])) {
    const supported = result['supportedVersions'].filter((version) => typeof version === 'string');
    return { era: 'stateless', supported, exchange, result };
  }
  const why =
    error === undefined
      ? `${method} was answered without supportedVersions${malformed.length > 0 ? `: ${malformed.join('; ')}` : ''}`
      : `${method} was answered with error ${error.code}: ${cut(error.message, 200)}`;
  return { era: 'unknown', why, cause: undefined };
}

/** A refusal that only a server of the stateless era can have sent. */
function refusal(error: unknown, exchange: Exchange | undefined): Discovery | undefined {
  if (!isJsonObject(error) || !eraErrors.has(error['code'])) return undefined;
  const { code, data, message } = error;
  const supported = isJsonObject(data) ? data['supported'] : undefined;
  if (code === unsupportedVersion && Array.isArray(supported)) {
    const versions = supported.filter((version) => typeof version === 'string');
    return { era: 'stateless', supported: versions, exchange, result: undefined };
  }
  if (code === unsupportedVersion) return undefined;
  throw new HarnessError({
    code: 'PROTOCOL_ERROR_ANSWER',
    message: `the server refused ${method}: ${cut(JSON.stringify(message) ?? '', 300)} (error ${JSON.stringify(code)})`,
    details: { error, exchange },
  });
}

/** Connections that could not even be made would fail for `initialize` as well. */
const closedWithoutAnswer: ReadonlySet<unknown> = new Set(['', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** True when a server that does not know the method may have caused the fault. */
function meansLegacy({ code, details }: HarnessError): boolean {
  if (code === 'TARGET_UNREACHABLE') return closedWithoutAnswer.has(details?.['code']);
  return code === 'PROTOCOL_HTTP_STATUS' || code === 'PROTOCOL_MESSAGE_TOO_LARGE';
}

function errorInBody(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) ? value['error'] : undefined;
  } catch {
    return undefined;
  }
}

/** What a `DiscoverResult` agrees to, taken as far as it can be understood. */
export function agreementOf(strategy: RevisionStrategy, result: JsonObject): Agreement {
  const { capabilities, instructions } = result;
  const serverInfo = metaOf(result, 'serverInfo');
  return {
    strategy,
    serverInfo: isJsonObject(serverInfo) ? serverInfo : {},
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    instructions: typeof instructions === 'string' ? instructions : undefined,
  };
}

/** The stateless era, asked for by name: the server speaks that very revision, or the start fails. */
export const statelessLifecycle: Lifecycle = {
  async open(port, asked) {
    port.expects(asked.revision);
    const found = await discover(port, asked);
    if (found.era === 'unknown') throw notStateless(asked, found);
    const { supported, result, exchange } = found;
    if (result === undefined || !supported.includes(asked.revision)) {
      throw noCommonRevision(asked.revision, supported, exchange);
    }
    return agreementOf(asked, result);
  },
};

function notStateless(
  asked: RevisionStrategy,
  { why, cause }: Extract<Discovery, { era: 'unknown' }>,
): HarnessError {
  return new HarnessError({
    code: 'PROTOCOL_VERSION_UNSUPPORTED',
    message: `the server does not speak protocol revision ${asked.revision}: ${why}`,
    hint: 'It probably speaks a revision up to 2025-11-25. Set protocol_version to that, or to latest to take the newest that both sides speak.',
    details: { ...cause?.details, asked: asked.revision },
    cause,
  });
}

export function noCommonRevision(
  asked: string,
  supported: readonly string[],
  exchange: Exchange | undefined,
): HarnessError {
  return new HarnessError({
    code: 'PROTOCOL_VERSION_UNSUPPORTED',
    message: `the server does not speak protocol revision ${asked}; it speaks ${supported.join(', ') || 'none that it names'}`,
    hint: `The harness speaks ${supportedRevisions.join(', ')}. Set protocol_version to latest to take the newest that both sides speak.`,
    details: { exchange, asked, supported },
  });
}
