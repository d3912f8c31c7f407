import type { CallableTool, CallPolicy } from '../compliance/types.ts';
import { HarnessError } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { Plan } from '../plan/types.ts';
import type { Session, SessionOptions } from '../protocol/types.ts';
import { plainServer, planTools, type BenchmarkTool } from './tool-plan.ts';

/** How the tools of a server become a plan. */
export interface ServerPlanOptions {
  /** Which tools may be called. */
  readonly policy: CallPolicy;
  /** Take tools that are slow too, since somebody has asked for these. */
  readonly mayBeSlow: boolean;
  readonly signal: AbortSignal;
  /** Directory of the plan. */
  readonly baseDir: string;
  /** Of the server. */
  readonly name?: string | undefined;
  /** Why no tool may be called, and what somebody who wants others can do. */
  readonly words?: ServerPlanWords | undefined;
}

/** What messages say of the policy where it was given. */
export interface ServerPlanWords {
  /** `--call-tools echo`: what keeps tools from being called; undefined: none says that it is harmless. */
  readonly policy: string | undefined;
  /** What names tools that may be called, as `--call-tools NAME,NAME`. */
  readonly toName: string;
  readonly toMeasureSlow: string;
}

const plainWords: ServerPlanWords = {
  policy: undefined,
  toName: 'a policy with their names',
  toMeasureSlow: 'name it in the policy',
};

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
export async function planFromServer(server: SessionOptions, options: ServerPlanOptions): Promise<Plan> {
  const { policy, signal, baseDir, name = 'server', words = plainWords } = options;
  const [{ findCallableTools }, { connect }] = await Promise.all([
    import('../compliance/callable-tools.ts'),
    import('../protocol/index.ts'),
  ]);
  const session = await connect({ ...server, signal });
  try {
    const listed = await session.listAll('tools/list', { signal });
    const tools: BenchmarkTool[] = [];
    for (const tool of findCallableTools(listed, policy))
      tools.push(await tryOnce(session, tool, options, words));
    if (tools.length === 0) throw noTool(listed.length, words);
    // A run of nothing proves nothing.
    if (tools.every(({ skipReason }) => skipReason !== undefined)) throw noneLeft(tools);
    return planTools(plainServer(name, server), tools, { baseDir, timeoutMs });
  } finally {
    await session.close();
  }
}

async function tryOnce(
  session: Session,
  { name, args }: CallableTool,
  { mayBeSlow, signal }: ServerPlanOptions,
  { toMeasureSlow }: ServerPlanWords,
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
    return { name, args, skipReason: `a call takes ${seconds} s: ${toMeasureSlow} to measure it` };
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

function noTool(listed: number, { policy, toName }: ServerPlanWords): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message:
      listed === 0
        ? 'the server has no tools to measure'
        : `no tool of the server's ${listed} may be called: ${policy ?? 'none is annotated readOnlyHint: true'}`,
    hint: `Name those that are harmless: ${toName}; or write a suite with \`mcp-test-harness init\`.`,
  });
}

function noneLeft([first]: readonly BenchmarkTool[]): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message: `nothing can be measured: ${first?.name ?? ''}: ${first?.skipReason ?? ''}`,
    hint: 'Write a suite with arguments that the tools take: `mcp-test-harness init`.',
  });
}
