import { toHarnessError } from '../errors.ts';
import type { ErrorCode, HarnessError } from '../errors.ts';
import type { PlannedServer } from '../plan/types.ts';
import { supportedRevisions } from '../protocol/types.ts';
import type { Revision, SessionOptions } from '../protocol/types.ts';
import type { ServerRevisions } from './result.ts';
import type { Connect } from './run-options.ts';

/** A refusal; whatever else keeps a conversation of the handshake era from beginning is a fault for the tests to show. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'PROTOCOL_VERSION_UNSUPPORTED',
  'PROTOCOL_ERROR_ANSWER',
  'PROTOCOL_HTTP_STATUS',
]);

/** Nobody is there to ask for any other revision. */
const hopeless: ReadonlySet<ErrorCode> = new Set([
  'TARGET_NOT_STARTED',
  'TARGET_UNREACHABLE',
  'TARGET_LIMIT_UNENFORCEABLE',
  'TARGET_AUTH_DISCOVERY',
  'TARGET_AUTH_REGISTRATION',
  'TARGET_AUTH_AUTHORIZATION',
  'TARGET_AUTH_TOKEN',
  'TARGET_AUTH_REFUSED',
  'CANCELLED',
]);

/** What a server speaks, and which revisions its tests are to run under. */
export interface FoundRevisions extends ServerRevisions {
  /** Those spoken, and those that the server broke on; empty when it speaks none, so that nothing can be told apart. */
  readonly toRun: readonly Revision[];
}

/**
 * Asks a server for each revision that we speak, in sessions of their own, one after the other. Never rejects for
 * anything a server does.
 * @param options as `connect` takes them; their revision is replaced
 */
export async function findRevisions(
  server: Pick<PlannedServer, 'name'>,
  options: SessionOptions,
  connect: Connect,
): Promise<FoundRevisions> {
  const { revisionStrategy } = await import('../protocol/revisions/index.ts');
  const spoken: Revision[] = [];
  const broken: Revision[] = [];
  const notSpoken: { revision: Revision; reason: string }[] = [];
  for (const revision of supportedRevisions.toReversed()) {
    const error = await askFor(revision, options, connect);
    if (error === undefined) spoken.unshift(revision);
    else if (hopeless.has(error.code)) break;
    // Whatever a server of the handshake era does on a message without a handshake says nothing against it.
    else if (revisionStrategy(revision).era === 'stateless' || refusals.has(error.code)) {
      notSpoken.unshift({ revision, reason: error.message });
    } else broken.unshift(revision);
  }
  const toRun = spoken.length === 0 ? [] : [...spoken, ...broken].sort();
  return { server: server.name, spoken, notSpoken, toRun };
}

async function askFor(
  revision: Revision,
  options: SessionOptions,
  connect: Connect,
): Promise<HarnessError | undefined> {
  try {
    const session = await connect({ ...options, protocolVersion: revision });
    await session.close();
    return undefined;
  } catch (error) {
    return toHarnessError(error);
  }
}
