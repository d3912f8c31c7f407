import {
  isJsonObject,
  type JsonValue,
  type Plan,
  type Session,
  type StdioSessionOptions,
} from '@mcp-test-harness/core';
import type { BenchmarkTool } from '@mcp-test-harness/core/benchmark';
import type { CallableTool } from '@mcp-test-harness/core/compliance';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { readCallPolicy } from '../compliance/read-options.ts';
import type { Io } from '../io.ts';

/** Budget of a run without a configuration, as `global.global_timeout_seconds` has it. */
const timeoutMs = 600_000;
/** Slower tools are measured only when they were asked for. */
const slowMs = 1000;
/** Of a server's words, in UTF-16 units. */
const longestRefusal = 200;

/**
 * The tools of a server that may be called, as benchmarks, with arguments made up from their schemas. Each is called
 * once first: one that does not like such arguments is skipped with what it says, since the time that it takes to
 * refuse them tells nothing.
 * @throws HarnessError USAGE when no tool may be called, and as `connect`
 */
export async function planFromCommand(
  [command = '', ...args]: readonly string[],
  callTools: string | undefined,
  io: Io,
  signal: AbortSignal,
): Promise<Plan> {
  const [{ planTools, plainServer }, { findCallableTools }, { connect }] = await Promise.all([
    import('@mcp-test-harness/core/benchmark'),
    import('@mcp-test-harness/core/compliance'),
    import('@mcp-test-harness/core/protocol'),
  ]);
  const policy = readCallPolicy(callTools);
  const options: StdioSessionOptions = { transport: 'stdio', command, args, env: io.env, cwd: io.cwd };
  const session = await connect({ ...options, signal });
  try {
    const listed = await session.listAll('tools/list', { signal });
    const tools: BenchmarkTool[] = [];
    for (const tool of findCallableTools(listed, policy)) {
      tools.push(await tryOnce(session, tool, { mayBeSlow: callTools !== undefined, signal }));
    }
    if (tools.length === 0) throw noTool(listed.length, callTools);
    // A run of nothing proves nothing.
    if (tools.every(({ skipReason }) => skipReason !== undefined)) throw noneLeft(tools);
    return planTools(plainServer('server', options), tools, { baseDir: io.cwd, timeoutMs });
  } finally {
    await session.close();
  }
}

async function tryOnce(
  session: Session,
  { name, args }: CallableTool,
  { mayBeSlow, signal }: { readonly mayBeSlow: boolean; readonly signal: AbortSignal },
): Promise<BenchmarkTool> {
  const { error, result, durationMs } = await session.exchange(
    'tools/call',
    { name, arguments: args },
    { signal },
  );
  const refusal = error?.message ?? toolError(result);
  if (refusal === undefined) {
    if (mayBeSlow || durationMs < slowMs) return { name, args };
    const seconds = (durationMs / 1000).toFixed(1);
    return { name, args, skipReason: `a call takes ${seconds} s: name it in --call-tools to measure it` };
  }
  const words = refusal.length > longestRefusal ? `${refusal.slice(0, longestRefusal)}…` : refusal;
  return {
    name,
    args,
    skipReason: `it refuses made-up arguments (${words}): write a test with ones that it takes`,
  };
}

/** What a tool says that failed; undefined when it did not. */
function toolError(result: JsonValue | undefined): string | undefined {
  if (!isJsonObject(result) || result['isError'] !== true) return undefined;
  const [first] = Array.isArray(result['content']) ? result['content'] : [];
  const text = isJsonObject(first) ? first['text'] : undefined;
  return typeof text === 'string' ? text : 'isError: true';
}

function noTool(listed: number, callTools: string | undefined): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message:
      listed === 0
        ? 'the server has no tools to measure'
        : `no tool of the server's ${listed} may be called: ${callTools === undefined ? 'none is annotated readOnlyHint: true' : `--call-tools ${callTools}`}`,
    hint: 'Name those that are harmless: --call-tools NAME,NAME; or write a suite with `mcp-test-harness init`.',
  });
}

function noneLeft([first]: readonly BenchmarkTool[]): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message: `nothing can be measured: ${first?.name ?? ''}: ${first?.skipReason ?? ''}`,
    hint: 'Write a suite with arguments that the tools take: `mcp-test-harness init`.',
  });
}
