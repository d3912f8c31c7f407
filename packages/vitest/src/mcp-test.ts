import { connect, type ProtocolChecks, type Session, type SessionOptions } from '@mcp-test-harness/core';
import { inheritEnvironment } from '@mcp-test-harness/core/runner';
import { test, type TestAPI } from 'vitest';
import { explainStart } from './explain-start.ts';
import { readEnvironment } from './environment.ts';
import { FindingGuard } from './finding-guard.ts';
import { careForOrphans } from './orphan-care.ts';

/** How the server is started or reached (`SessionOptions` of the core), and how long a connection lives. */
export type McpTestOptions = SessionOptions & {
  /** `file` (default): one connection for all tests of a file. `test`: a new one for each test that asks for it. */
  readonly scope?: 'file' | 'test' | undefined;
  /**
   * What a broken MUST of the protocol does. `error` (default): the test in which it is first seen fails, as there is no
   * report here that would show it otherwise. `warn`: it stands in `mcp.findings`. `off`: nothing is checked.
   */
  readonly protocolChecks?: ProtocolChecks | undefined;
  /** Whether the server sees the variables of this process below those of `env`; default true. */
  readonly inheritEnvironment?: boolean | undefined;
};

/** Opens one more connection to the same server, with some options changed; it is closed when the test ends. */
export type ConnectMcp = (changes?: Partial<SessionOptions>) => Promise<Session>;

/** What {@link mcpTest} adds to the context of a test. */
export interface McpFixtures {
  /** The connected client. */
  readonly mcp: Session;
  readonly connectMcp: ConnectMcp;
}

/**
 * Vitest's `test` with a connected client: `const test = mcpTest({ command: 'node', args: ['dist/server.js'] })`, then
 * `test('echoes', async ({ mcp }) => ...)`. To be called at the top level of a file, where Vitest allows what lives as long
 * as it. The server starts when the first test asks for `mcp`, and is gone when the
 * scope ends: also when a test throws or runs out of time, and when the run is cut off.
 * @param options or what gives them when a connection is opened, for what is known only then (a port)
 */
export function mcpTest(
  options: McpTestOptions | (() => McpTestOptions | Promise<McpTestOptions>),
): TestAPI<McpFixtures> {
  careForOrphans();
  const given = typeof options === 'function' ? options : () => options;
  const isPerTest = typeof options === 'object' && options.scope === 'test';
  const guard = new LazyGuard();

  const open = async (
    changes: Partial<SessionOptions>,
    signal: AbortSignal | undefined,
  ): Promise<Session> => {
    const { scope: _scope, protocolChecks, inheritEnvironment: inherits = true, ...own } = await given();
    const checks = protocolChecks === 'off' ? { validate: false } : {};
    const session = { ...own, ...checks, ...changes, ...(signal === undefined ? {} : { signal }) } as SessionOptions;
    const opened = await connect(inherits ? inheritEnvironment(session, readEnvironment()) : session).catch(
      (error: unknown) => {
        throw explainStart(error);
      },
    );
    guard.of(protocolChecks ?? 'error').watch(opened);
    return opened;
  };
  const provide = async (use: Use<Session>, signal?: AbortSignal): Promise<void> => {
    const session = await open({}, signal);
    try {
      await use(session);
    } finally {
      await session.close();
    }
    guard.check(session);
  };
  const connectMore = async (use: Use<ConnectMcp>, signal: AbortSignal): Promise<void> => {
    const opened: Promise<Session>[] = [];
    try {
      await use((changes = {}) => {
        const session = open(changes, signal);
        opened.push(session);
        return session;
      });
    } finally {
      await Promise.allSettled(opened.map(async (session) => (await session).close()));
    }
  };

  const fixtures = {
    // First, so that it looks last: when the test has ended.
    protocolGuard: [
      // oxlint-disable-next-line no-empty-pattern -- Vitest reads the parameter to learn what a fixture needs
      async ({}, use: Use<undefined>) => {
        await use(undefined);
        guard.check();
      },
      { auto: true },
    ],
    mcp: isPerTest
      ? async ({ signal }: Signalled, use: Use<Session>) => await provide(use, signal)
      : // oxlint-disable-next-line no-empty-pattern -- as above
        [async ({}, use: Use<Session>) => await provide(use), { scope: 'file' }],
    connectMcp: async ({ signal }: Signalled, use: Use<ConnectMcp>) => await connectMore(use, signal),
  };
  return test.extend(fixtures as never) as unknown as TestAPI<McpFixtures>;
}

type Use<T> = (value: T) => Promise<void>;

interface Signalled {
  readonly signal: AbortSignal;
}

/** What broken rules do is known when the first connection is opened. */
class LazyGuard {
  #guard: FindingGuard | undefined;

  of(checks: ProtocolChecks): FindingGuard {
    return (this.#guard ??= new FindingGuard(checks));
  }

  check(session?: Session): void {
    this.#guard?.check(session);
  }
}
