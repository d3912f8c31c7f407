import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly isCancelled: boolean;
  readonly isTimedOut: boolean;
  readonly durationMs: number;
}

/** As long as the runner waits after each signal: SIGINT, SIGTERM, SIGKILL. */
const afterInterruptMs = 7500;
const afterTerminateMs = 2500;
/** As long as it waits for the pipes of a process that has ended and left others behind. */
const openPipesMs = 5000;

/** Runs one stage of an action; its lines go to `onLine` in the order in which they come. */
export function runActionProcess(options: {
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly timeoutMs: number;
  readonly cancelAfterMs: number | undefined;
}): Promise<ProcessEnd> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [options.script], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timers: NodeJS.Timeout[] = [];
  let isCancelled = false;
  let isTimedOut = false;
  const stop = (): void => {
    child.kill('SIGINT');
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), afterInterruptMs),
      setTimeout(() => child.kill('SIGKILL'), afterInterruptMs + afterTerminateMs),
    );
  };
  timers.push(
    setTimeout(() => {
      isTimedOut = true;
      stop();
    }, options.timeoutMs),
  );
  if (options.cancelAfterMs !== undefined)
    timers.push(
      setTimeout(() => {
        isCancelled = true;
        stop();
      }, options.cancelAfterMs),
    );
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', options.onLine);

  return new Promise((resolve, reject) => {
    let exitCode: number | null = null;
    const end = (): void => {
      for (const timer of timers) clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode, isCancelled, isTimedOut, durationMs: performance.now() - startedAt });
    };
    child.once('error', reject);
    child.once('exit', (code) => {
      exitCode = code;
      timers.push(setTimeout(end, openPipesMs));
    });
    child.once('close', end);
  });
}
