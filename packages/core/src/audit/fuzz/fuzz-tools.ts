import { isHarnessError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Exchange, Session } from '../../protocol/types.ts';
import { Random } from '../../statistics/random.ts';
import type { AuditRule } from '../types.ts';
import { mutate, simplifications } from './mutate.ts';

/** A tool that may be called, and arguments that it takes. */
interface FuzzedTool {
  readonly name: string;
  readonly args: JsonObject;
}

export interface FuzzOptions {
  readonly tools: readonly FuzzedTool[];
  /** Opens a session to the server; called again after each crash. */
  readonly open: () => Promise<Session>;
  readonly budgetMs: number;
  readonly seed: number;
  /** Longest wait for an answer; a later one counts as a hang. Default 5 000 ms. */
  readonly callTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a tool reacted that it should not have. */
export type FuzzFault = 'crash' | 'hang' | 'malformed' | 'leak';

/** Codes of the faults, as `--ignore` takes them, with what they weigh. */
export const fuzzFaults = {
  crash: {
    code: 'fuzz.crash',
    severity: 'error',
    remedy: 'Check arguments before use; catch exceptions in the handler.',
  },
  hang: {
    code: 'fuzz.hang',
    severity: 'warning',
    remedy: 'Bound loops, recursion and waiting by limits of your own.',
  },
  malformed: {
    code: 'fuzz.malformed',
    severity: 'error',
    remedy: 'Let a library write the answer, whatever it holds.',
  },
  leak: {
    code: 'fuzz.leak',
    severity: 'warning',
    remedy: 'Answer with a message for the caller; write stack traces to stderr.',
  },
} as const satisfies Record<FuzzFault, Pick<AuditRule, 'code' | 'severity' | 'remedy'>>;

/** One way in which one tool failed, with the simplest arguments that were found to do it. */
export interface FuzzFailure {
  readonly fault: FuzzFault;
  readonly tool: string;
  readonly args: JsonObject;
  readonly message: string;
}

export interface FuzzResult {
  readonly seed: number;
  readonly calls: number;
  readonly failures: readonly FuzzFailure[];
  /** Tools that were left out, since they do not even answer sound arguments in time. */
  readonly slow: readonly string[];
}

/** Steps of simplification that are tried for one failure. */
const simplifyingCalls = 40;
/** Of one tool, since most of them have one cause. */
const failuresPerTool = 3;

/**
 * Calls tools with arguments that are faulty in one to three places until the time is up. A sound tool answers all of
 * them, with an error where it must. The same seed makes the same calls in the same order.
 */
export async function fuzzTools(options: FuzzOptions): Promise<FuzzResult> {
  const fuzzer = new Fuzzer(options);
  try {
    return await fuzzer.run();
  } finally {
    await fuzzer.close();
  }
}

class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #failures: FuzzFailure[] = [];
  /** When simplifying ends too, however much is left to try. */
  #lastMs = 0;
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #calls = 0;

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<FuzzResult> {
    const { budgetMs, seed, signal } = this.#options;
    const slow = await this.#findSlow();
    const tools = this.#options.tools.filter(({ name }) => !slow.includes(name));
    const endMs = performance.now() + budgetMs;
    this.#lastMs = endMs + budgetMs;
    for (let turn = 0; tools.length > 0 && performance.now() < endMs; turn += 1) {
      signal?.throwIfAborted();
      const tool = tools[turn % tools.length] as FuzzedTool;
      const args = mutate(tool.args, this.#random);
      const found = this.#failures.filter((failure) => failure.tool === tool.name);
      const seen = await this.#call(tool.name, args);
      if (seen === undefined || found.length >= failuresPerTool) continue;
      if (found.some(({ fault }) => fault === seen.fault)) continue;
      this.#failures.push(await this.#simplify(tool, args, seen));
    }
    return { seed, calls: this.#calls, failures: this.#failures, slow };
  }

  /** A tool that takes its time with sound arguments proves nothing by taking it with faulty ones. */
  async #findSlow(): Promise<readonly string[]> {
    const answers = await Promise.all(
      this.#options.tools.map(async ({ name, args }) => ({ name, seen: await this.#call(name, args) })),
    );
    return answers.filter(({ seen }) => seen?.fault === 'hang').map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  /** Greedy: takes each simpler form that still fails in the same way, and goes on from there. */
  async #simplify(tool: FuzzedTool, args: JsonObject, seen: Seen): Promise<FuzzFailure> {
    let [best, message] = [args, seen.message];
    let left = simplifyingCalls;
    for (let improved = true; improved && left > 0 && performance.now() <= this.#lastMs;) {
      improved = false;
      for (const simpler of simplifications(best, tool.args)) {
        if (left <= 0 || performance.now() > this.#lastMs || this.#options.signal?.aborted === true) break;
        left -= 1;
        const again = await this.#call(tool.name, simpler);
        if (again?.fault !== seen.fault) continue;
        [best, message] = [simpler, again.message];
        improved = true;
        break;
      }
    }
    return { fault: seen.fault, tool: tool.name, args: best, message };
  }

  async #call(name: string, args: JsonObject): Promise<Seen | undefined> {
    const session = await this.#open();
    this.#calls += 1;
    const { callTimeoutMs = 5000, signal } = this.#options;
    try {
      const exchange = await session.exchange(
        'tools/call',
        { name, arguments: args },
        { timeoutMs: callTimeoutMs, signal },
      );
      return judge(exchange);
    } catch (error) {
      if (!isHarnessError(error) || error.code === 'CANCELLED') throw error;
      if (error.code === 'PROTOCOL_TIMEOUT') return { fault: 'hang', message: error.message };
      if (error.code === 'TARGET_EXITED') return { fault: 'crash', message: error.message };
      return { fault: 'malformed', message: error.message };
    }
  }

  async #open(): Promise<Session> {
    if (this.#session?.alive === true) return this.#session;
    this.#opening ??= this.#reopen().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #reopen(): Promise<Session> {
    await this.#session?.close();
    this.#session = await this.#options.open();
    return this.#session;
  }
}

interface Seen {
  readonly fault: FuzzFault;
  readonly message: string;
}

/** A stack trace of Node, Python, Go, Rust, Java or .NET. */
const stackTrace =
  /\n\s+at \S+ \(?.{1,300}:\d+:\d+\)?|Traceback \(most recent call last\)|goroutine \d+ \[|thread '.{1,80}' panicked at|\n\s+at [\w.$]+\([\w.]+\.java:\d+\)|\n\s+at .{1,200} in .{1,200}:line \d+/;

function judge({ malformed, error, responseText = '' }: Exchange): Seen | undefined {
  if (malformed.length > 0) return { fault: 'malformed', message: malformed.join('; ') };
  const text = error === undefined ? responseText : JSON.stringify(error);
  const trace = stackTrace.exec(text.slice(0, 100_000).replaceAll('\\n', '\n'))?.[0];
  return trace === undefined
    ? undefined
    : { fault: 'leak', message: `the answer holds a stack trace: ${trace.trim().slice(0, 160)}` };
}
