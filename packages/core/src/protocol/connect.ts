import { HarnessError, isHarnessError, toHarnessError } from '../errors.ts';
import type { TransportDefinition } from '../transports/define.ts';
import { transports } from '../transports/registry.ts';
import type { Matcher } from './client-behaviour.ts';
import { harnessClientInfo } from './client-info.ts';
import { startClock } from './clock.ts';
import { openLatest, Restart } from './lifecycle/latest.ts';
import type { Agreement, LifecyclePort } from './lifecycle/types.ts';
import { newestHandshakeRevision, newestRevision, revisionStrategy, strategyFor } from './revisions/index.ts';
import type { RevisionStrategy } from './revisions/strategy.ts';
import { defaultMaxMessageBytes, defaultTimeoutMs, McpSession } from './session.ts';
import {
  supportedRevisions,
  type ClientBehaviour,
  type Exchange,
  type Revision,
  type Session,
  type SessionOptions,
} from './types.ts';

/** How long a server may leave `server/discover` unanswered before `initialize` is sent as well. */
const longestPatienceMs = 3000;

/**
 * Starts or reaches the server, makes the handshake and returns the open session. When that fails, everything that
 * was started is ended before the error is thrown.
 *
 * @throws HarnessError TARGET_NOT_STARTED, TARGET_NOT_READY, TARGET_EXITED, TARGET_UNREACHABLE,
 * TARGET_LIMIT_UNENFORCEABLE, PROTOCOL_VERSION_UNSUPPORTED, PROTOCOL_ERROR_ANSWER,
 * PROTOCOL_MALFORMED_ANSWER, PROTOCOL_HTTP_STATUS, TARGET_AUTH_…, CANCELLED; `details.stderrTail` holds what the server said
 */
export async function connect(given: SessionOptions): Promise<Session> {
  const options = await authorized(given);
  const way = wayToOpen(options);
  try {
    return await attempt(options, way);
  } catch (error) {
    if (!(error instanceof Restart)) {
      suspicious.delete(keyOf(options));
      throw error;
    }
    const session = await attempt(options, error.opening);
    if (error.opening === 'handshake') suspicious.add(keyOf(options));
    else suspicious.delete(keyOf(options));
    return session;
  }
}

/** Both attempts, and what the session sends, share one authorizer. */
async function authorized(options: SessionOptions): Promise<SessionOptions> {
  if (!('url' in options) || options.auth === undefined) return options;
  const { withAuthorizer } = await import('../auth/index.ts');
  return withAuthorizer(options);
}

/** How a conversation is to be opened: in an era that is known, or in the newest that both sides speak. */
type Way = 'handshake' | 'stateless' | 'latest';

/** Servers that ended, or kept silent, when they were asked for the stateless era: they are not asked again. */
const suspicious = new Set<string>();

function wayToOpen(options: SessionOptions): Way {
  const pinned = pinnedRevision(options);
  if (pinned !== undefined) return revisionStrategy(pinned).era;
  // A test that makes the handshake itself has one, and HTTP+SSE ended long before the stateless era.
  if (options.handshake === false || options.transport === 'sse') return 'handshake';
  return suspicious.has(keyOf(options)) ? 'handshake' : 'latest';
}

function keyOf(options: SessionOptions): string {
  return JSON.stringify(
    'url' in options ? [options.url] : [options.command, options.args ?? [], options.cwd ?? ''],
  );
}

/** Opens one channel and one conversation on it. */
async function attempt(options: SessionOptions, way: Way): Promise<Session> {
  const now = startClock();
  throwIfAborted(options.signal);
  const definition = (await transports[options.transport ?? 'stdio']()) as TransportDefinition;
  const assumed = way === 'stateless' ? newestRevision : newestHandshakeRevision;
  const asked = revisionStrategy(pinnedRevision(options) ?? assumed);
  const session = new McpSession({
    name: options.name ?? definition.describe(options),
    options,
    now,
    matches: await loadMatcher(options.client),
    strategy: asked,
    createTransport: (sink) =>
      definition.create(options, sink, {
        maxMessageBytes: options.maxMessageBytes ?? defaultMaxMessageBytes,
      }),
  });
  const timeoutMs = options.startupTimeoutMs ?? defaultTimeoutMs;
  const startup = startupSignal(session.name, timeoutMs, options.signal);
  try {
    await open(session, options, way, asked, startup, timeoutMs);
  } catch (error) {
    if (error instanceof Restart) {
      await session.close();
      throw error;
    }
    throw await closeAfter(session, toStartError(error, session.name, timeoutMs, startup.signal));
  } finally {
    startup.release();
  }
  closeOnAbort(session, options.signal);
  return session;
}

async function open(
  session: McpSession,
  options: SessionOptions,
  way: Way,
  asked: RevisionStrategy,
  startup: Startup,
  timeoutMs: number,
): Promise<void> {
  await session.transport.open(startup.signal);
  startup.opened();
  if (options.handshake === false) {
    await validateAs(session, asked.revision);
    return;
  }
  const port: LifecyclePort = {
    client: options.client ?? {},
    clientInfo: options.clientInfo ?? harnessClientInfo,
    strategyFor,
    exchange: (method, params, { signal, headers } = {}) =>
      session.exchange(
        method,
        params,
        {
          timeoutMs: Math.max(1, timeoutMs - session.now()),
          signal: signal === undefined ? startup.signal : AbortSignal.any([signal, startup.signal]),
        },
        headers,
      ),
    notify: (method, params) => void session.notify(method, params),
    finding: (rule, message, sample) => session.finding(rule, message, sample),
    waitedMs: () => session.exchanges.waitedMs,
    // The schemas load while the server thinks about its answer; before, they would delay its start.
    expects: (revision) => void (session.validator !== undefined && preload(revision)),
  };
  const agreement = await agree(port, options, way, asked, timeoutMs);
  await session.agree(agreement, session.now());
  await validateAs(session, agreement.strategy.revision);
}

function agree(
  port: LifecyclePort,
  options: SessionOptions,
  way: Way,
  asked: RevisionStrategy,
  timeoutMs: number,
): Promise<Agreement> {
  if (way !== 'latest') return asked.lifecycle.open(port, asked, pinnedRevision(options) !== undefined);
  return openLatest(port, revisionStrategy(newestRevision), asked, {
    patienceMs: Math.min(longestPatienceMs, timeoutMs / 2),
    onSilence: () => suspicious.add(keyOf(options)),
  });
}

/** Loads what will probably be needed; a fault comes again, and is told, when it is. */
async function preload(revision: Revision): Promise<void> {
  try {
    const { loadValidators } = await import('./revisions/validators.ts');
    await loadValidators(revision);
  } catch {
    return;
  }
}

/** Judges messages by the schemas of that revision, those that came already included. */
async function validateAs(session: McpSession, revision: Revision): Promise<void> {
  if (session.validator === undefined) return;
  const { loadValidators } = await import('./revisions/validators.ts');
  session.validator.use(await loadValidators(revision));
}

function pinnedRevision({ protocolVersion }: SessionOptions): Revision | undefined {
  if (protocolVersion === undefined || protocolVersion === 'latest') return undefined;
  return strategyFor(protocolVersion)?.revision ?? unknownRevision(protocolVersion);
}

function unknownRevision(version: string): never {
  throw new HarnessError({
    code: 'PROTOCOL_VERSION_UNSUPPORTED',
    message: `the harness does not speak protocol revision ${JSON.stringify(version)}`,
    hint: `Use ${supportedRevisions.join(', ')} or latest.`,
  });
}

async function loadMatcher(behaviour: ClientBehaviour | undefined): Promise<Matcher> {
  const patterns = [...(behaviour?.sampling ?? []), ...(behaviour?.elicitation ?? [])]
    .map(({ pattern }) => pattern)
    .filter((pattern) => pattern !== undefined);
  if (patterns.length === 0) return () => false;
  const { createSafeRegex } = await import('../regex.ts');
  const compiled = new Map(patterns.map((pattern) => [pattern, createSafeRegex(pattern)]));
  return (pattern, text) => compiled.get(pattern)?.test(text) ?? false;
}

function closeOnAbort(session: McpSession, signal: AbortSignal | undefined): void {
  const onAbort = (): void => void session.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  session.onEnd(() => signal?.removeEventListener('abort', onAbort));
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled('the server');
}

function cancelled(name: string): HarnessError {
  return new HarnessError({ code: 'CANCELLED', message: `starting ${name} was cancelled` });
}

interface Startup {
  /** Aborted when the caller's signal is, or the channel is not open in time. */
  readonly signal: AbortSignal;
  /** The channel is open: from now on the handshake's own deadline counts. */
  opened(): void;
  release(): void;
}

function startupSignal(name: string, timeoutMs: number, outer: AbortSignal | undefined): Startup {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(cancelled(name));
  outer?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => controller.abort(notReady(name, timeoutMs)), timeoutMs);
  return {
    signal: controller.signal,
    opened: () => clearTimeout(timer),
    release() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}

function notReady(
  name: string,
  timeoutMs: number,
  why = '',
  details?: HarnessError['details'],
): HarnessError {
  return new HarnessError({
    code: 'TARGET_NOT_READY',
    message: `${name} was not ready within ${timeoutMs} ms${why}`,
    hint: 'Raise startup_timeout_seconds when the server needs longer to start.',
    details,
  });
}

/** What a failed start is to be called: the reason of an abort, a handshake out of time, or the fault itself. */
function toStartError(thrown: unknown, name: string, timeoutMs: number, signal: AbortSignal): HarnessError {
  const error = toHarnessError(thrown);
  if (error.code === 'CANCELLED' && isHarnessError(signal.reason)) return signal.reason;
  if (error.code !== 'PROTOCOL_TIMEOUT') return error;
  const { exchange, meanwhile } = error.details ?? {};
  const { method } = exchange as Exchange;
  return notReady(name, timeoutMs, `: ${method} was not answered; ${String(meanwhile)}`, error.details);
}

/** Ends what was started and adds to the error what the server said. */
async function closeAfter(session: McpSession, error: HarnessError): Promise<HarnessError> {
  const { shutdown, process } = await session.close();
  return new HarnessError({
    code: error.code,
    message: error.message,
    hint: error.hint,
    location: error.location,
    details: {
      ...error.details,
      findings: session.findings,
      frames: session.frames.slice(-20),
      process,
      shutdown,
      stderrTail: process.stderrTail,
    },
    cause: error.cause,
  });
}
