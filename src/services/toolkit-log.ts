/**
 * `@actions/cache` keeps its errors to itself: a fault of the service and a cache that is not there both come back as
 * `undefined`, and the difference is only in what it writes to the log, as a warning of its own. This reads that, and
 * keeps these warnings out of the log, where ours says the same in words that fit.
 */

/** Where workflow commands are written to. */
export interface LogOutput {
  write(chunk: string | Uint8Array, ...rest: unknown[]): boolean;
}

/** What the toolkit said while it worked. */
export interface ToolkitLog {
  /** Messages of its warnings, errors and refusals, in order. */
  readonly problems: readonly string[];
}

const command = /^::(?:warning|error|debug)(?: [^:]*)?::(.*)$/s;
const toolkitProblem =
  /^(Failed to (?:restore|save|reserve cache)|Cache reservation failed|uploadCacheArchiveSDK: |You've hit a rate limit|Artifact upload failed|Download Artifact failed|Listing Artifacts failed|Get Artifact failed|An error has occurred while creating the zip|No data was uploaded)/;
/** Said as information, and a refusal nevertheless. */
const toolkitRefusal = /^(Failed to save: |Cache (?:restore|save) skipped: )/;

/** Who listens to an output. The hook stays for good: without listeners it passes everything on. */
const listeners = new WeakMap<LogOutput, Set<string[]>>();

/**
 * Runs what calls the toolkit; everything else that is written meanwhile passes. Overlapping calls are fine: each sees
 * the problems of all.
 */
export async function readToolkitLog<T>(
  run: (log: ToolkitLog) => Promise<T>,
  output: LogOutput = process.stdout,
): Promise<T> {
  const problems: string[] = [];
  const active = listeners.get(output) ?? hook(output);
  active.add(problems);
  try {
    return await run({ problems });
  } finally {
    active.delete(problems);
  }
}

function hook(output: LogOutput): Set<string[]> {
  const active = new Set<string[]>();
  listeners.set(output, active);
  const write = output.write.bind(output);
  output.write = (chunk, ...rest) => {
    const problem = active.size > 0 && typeof chunk === 'string' ? problemIn(chunk.trimEnd()) : undefined;
    if (problem === undefined) return write(chunk, ...rest);
    for (const problems of active) problems.push(problem);
    return true;
  };
  return active;
}

function problemIn(line: string): string | undefined {
  if (toolkitRefusal.test(line)) return line;
  const text = command.exec(line)?.[1];
  if (text === undefined) return undefined;
  const message = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return toolkitProblem.test(message) ? message : undefined;
}
