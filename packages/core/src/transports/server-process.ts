import type { ServerProcess } from '../process/types.ts';
import type { ServerProcessReport } from '../protocol/types.ts';
import { cut } from '../protocol/findings.ts';
import type { EndReason } from './types.ts';

const lastLines = 5;
/** The line of a crash that names its cause, in Node, Python, Java, .NET, Go and Rust. */
const errorLine =
  /^[\w.]*(?:Error|Exception)\b.{0,40}:|^panic: |panicked at|^fatal error: |^Unhandled exception/;

/** What is known of a server's process, or of one that is not ours. */
export function processReport(server: ServerProcess | undefined): ServerProcessReport {
  if (server === undefined) {
    return { pid: undefined, limits: [], violation: undefined, stderrTail: '', usage: undefined };
  }
  return {
    pid: server.pid,
    limits: server.limits,
    violation: server.violation,
    stderrTail: server.stderrTail(),
    usage: server.usage(),
  };
}

/** Why a process that was not asked to end has ended. */
export function describeExit(server: ServerProcess): EndReason {
  const { violation } = server;
  if (violation !== undefined) {
    const unit = units[violation.limit];
    return {
      code: 'TARGET_LIMIT_EXCEEDED',
      what: `the server exceeded ${violation.limit} (${violation.value} ${unit}, measured ${round(violation.measured)}) and was killed`,
      lastWords: lastWords(server),
      hint: `Raise resource_limits.${violation.limit} when the server may use more.`,
      details: { violation },
    };
  }
  const exit = server.exitInfo ?? { exitCode: null, signal: null };
  const how =
    exit.signal === null
      ? exit.exitCode === null
        ? 'ended in an unknown way'
        : `exited with code ${exit.exitCode}`
      : `was ended by ${exit.signal}`;
  return {
    code: 'TARGET_EXITED',
    what: `the server ${how}`,
    lastWords: lastWords(server),
    details: { exitCode: exit.exitCode, signal: exit.signal },
  };
}

const units = {
  max_memory_mb: 'MiB',
  max_cpu_seconds: 's',
  max_open_files: 'files',
  max_disk_usage_mb: 'MiB',
  max_network_connections: 'connections',
} as const;

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The last lines of stderr, quoted for a message; undefined when it was silent. */
function lastWords(server: ServerProcess): string | undefined {
  const lines = server
    .stderrTail()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  if (lines.length === 0) return undefined;
  // Under an error's message the trace may be long: the message is what tells.
  const told = lines.findLastIndex((line) => errorLine.test(line));
  const from = told === -1 ? lines.length - lastLines : Math.min(told, Math.max(0, lines.length - lastLines));
  return JSON.stringify(
    lines
      .slice(Math.max(0, from), Math.max(0, from) + lastLines)
      .map((line) => cut(line, 300))
      .join('\n'),
  );
}
