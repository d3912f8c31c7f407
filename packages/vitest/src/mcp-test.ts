import { connect, type ProtocolChecks, type Session, type SessionOptions } from '@mcp-test-harness/core';
import { inheritEnvironment } from '@mcp-test-harness/core/runner';
import { test, type TestAPI } from 'vitest';
import { readEnvironment } from './environment.ts';
import { explainStart } from './explain-start.ts';
import { FindingGuard } from './finding-guard.ts';
import { careForOrphans } from './orphan-care.ts';

/** How long a connection of {@link mcpTest} lives, and what is made of it. */
export interface McpTestOptions {
  /** `file` (default): one connection for all tests of a file. `test`: a new one for each test that asks for it. */
  readonly scope?: 'file' | 'test' | undefined;
  /**
   * What a broken MUST of the protocol does. `error` (default): the test in which it is first seen fails, as there is no
   * report here that would show it otherwise. `warn`: it stands in `mcp.findings`. `off`: nothing is checked.
   */
  readonly protocolChecks?: ProtocolChecks | undefined;
  /** Whether the server sees the variables of this process below those of `env`; default true. */
  readonly inheritEnvironment?: boolean | undefined;
}

/** How the server is started or reached; or what tells it when a connection is opened, for a port that is known only then. */
export type McpServer = SessionOptions | (() => SessionOptions | Promise<SessionOptions>);

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
 * `test('echoes', async ({ mcp }) => ...)`. The server starts when the first test asks for `mcp`, and is gone when the
 * scope ends: also when a test throws or runs out of time, and when the run is cut off. To be called at the top level of a
 * file, where Vitest allows what lives as long as it.
 */
export function mcpTest(server: McpServer, options: McpTestOptions = {}): TestAPI<McpFixtures> {
  careForOrphans();
  const guard = new FindingGuard();
  const open = async (changes: Partial<SessionOptions> = {}, signal?: AbortSignal): Promise<Session> => {
    const session = await openSession(server, options, { ...changes, signal });
    guard.watch(session, options.protocolChecks ?? 'error');
    return session;
  };
  const close = async (session: Session): Promise<Session> => {
    await session.close();
    return session;
  };

  // Each `use` settles when the scope has ended, however that came, and never rejects.
  const provide = async (use: Use<Session>, signal?: AbortSignal): Promise<void> => {
    const session = await open({}, signal);
    await use(session);
    guard.checkLast(await close(session));
  };
  const provideMore = async (use: Use<ConnectMcp>, signal: AbortSignal): Promise<void> => {
    const opened: Promise<Session>[] = [];
    await use((changes) => {
      const session = open(changes, signal);
      opened.push(session);
      return session;
    });
    for (const closed of await Promise.allSettled(opened.map((session) => session.then(close))))
      if (closed.status === 'fulfilled') guard.checkLast(closed.value);
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
    mcp:
      options.scope === 'test'
        ? async ({ signal }: Signalled, use: Use<Session>) => await provide(use, signal)
        : // oxlint-disable-next-line no-empty-pattern -- as above
          [async ({}, use: Use<Session>) => await provide(use), { scope: 'file' }],
    connectMcp: async ({ signal }: Signalled, use: Use<ConnectMcp>) => await provideMore(use, signal),
  };
  return test.extend(fixtures as never) as unknown as TestAPI<McpFixtures>;
}

type Use<T> = (value: T) => Promise<void>;

interface Signalled {
  readonly signal: AbortSignal;
}

async function openSession(
  server: McpServer,
  { protocolChecks, inheritEnvironment: inherits = true }: McpTestOptions,
  changes: Partial<SessionOptions>,
): Promise<Session> {
  const given = typeof server === 'function' ? await server() : server;
  const validate = protocolChecks === 'off' ? { validate: false } : {};
  const wanted = { ...validate, ...given, ...changes } as SessionOptions;
  try {
    return await connect(inherits ? inheritEnvironment(wanted, readEnvironment()) : wanted);
  } catch (error) {
    throw explainStart(error);
  }
}
