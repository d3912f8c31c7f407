import type { RunEvent, TestResult } from '@mcp-test-harness/core';
import type { Reporter, ReporterContext } from '../define.ts';
import { cleanLine } from '../text/clean-text.ts';
import { count, formatDuration } from '../text/format.ts';
import { displayPath } from '../text/location.ts';
import { openLiveArea, type LiveArea } from './live-area.ts';
import { createProgress, type Progress } from './progress.ts';
import { createStyle, type TerminalStyle } from './style.ts';
import { renderSuiteBlock } from './suite-block.ts';
import { renderSummary } from './summary.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>;

const heartbeatMs = 30_000;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Prints each suite when it ends and the summary at the end. On a terminal a status area shows what is running;
 * elsewhere a line after 30 silent seconds shows that the run is alive.
 */
export function createTerminalReporter(
  context: ReporterContext,
  now: () => number = () => performance.now(),
): Reporter {
  const style = createStyle(context);
  const progress = createProgress(now);
  const tests = new Map<string, TestResult[]>();
  const startOrder = new Map<string, number>();
  let planned = 0;
  let output: LiveArea | undefined;
  const open = () => (context.interactive ? openTerminal(context, progress) : openPlain(context, progress));
  const close = () => {
    output?.close();
    output = undefined;
  };

  const linesOf = (event: RunEvent): readonly string[] => {
    switch (event.type) {
      case 'run-start':
        planned = event.tests;
        return renderHeader(event, style);
      case 'server-ready':
        return style.verbosity === 0 ? [] : [renderServerReady(event, style)];
      case 'test-start':
        startOrder.set(event.id, startOrder.size);
        return [];
      case 'test-retry':
        return style.verbosity === 0 ? [] : [renderRetry(event, style)];
      case 'test-end': {
        const known = tests.get(event.result.suite);
        if (known === undefined) tests.set(event.result.suite, [event.result]);
        else known.push(event.result);
        return [];
      }
      case 'suite-end': {
        const ended = inWrittenOrder(tests.get(event.result.name) ?? [], startOrder);
        const block = renderSuiteBlock(event.result, ended, planned, style);
        tests.delete(event.result.name);
        return block;
      }
      case 'run-end':
        return renderSummary(event.result, style);
      case 'server-start':
      case 'server-end':
      case 'suite-start':
      case 'finding':
      case 'warning':
        break;
    }
    return [];
  };

  return {
    onEvent(event) {
      progress.observe(event);
      const lines = linesOf(event);
      if (event.type === 'run-end') {
        close();
        context.write(lines.map((line) => `${line}\n`).join(''));
      } else if (lines.length > 0 || event.type === 'test-start') {
        output ??= open();
        if (lines.length > 0) output.print(lines);
      }
    },
    close,
  };
}

/** Tests end in any order; people look for them where they wrote them. Instances of one test follow their start. */
function inWrittenOrder(
  tests: readonly TestResult[],
  startOrder: ReadonlyMap<string, number>,
): readonly TestResult[] {
  const position = ({ id, location }: TestResult) => [
    location?.line ?? 0,
    location?.column ?? 0,
    startOrder.get(id) ?? Number.MAX_SAFE_INTEGER,
  ];
  return tests
    .map((test) => ({ test, at: position(test) }))
    .toSorted((a, b) => a.at.map((part, index) => part - (b.at[index] ?? 0)).find((step) => step !== 0) ?? 0)
    .map(({ test }) => test);
}

function renderServerReady(event: EventOf<'server-ready'>, { palette }: TerminalStyle): string {
  const { server, serverName, protocolVersion, startupMs } = event;
  const facts = `${cleanLine(serverName)}, protocol ${cleanLine(protocolVersion)}, ${formatDuration(startupMs)}`;
  return palette.dim(`${cleanLine(server)} is ready: ${facts}`);
}

function renderRetry(event: EventOf<'test-retry'>, { palette }: TerminalStyle): string {
  const { id, attempt, reason, delayMs } = event;
  return palette.yellow(
    `↻ ${cleanLine(id)}: attempt ${attempt} in ${formatDuration(delayMs)}: ${cleanLine(reason)}`,
  );
}

function renderHeader(event: EventOf<'run-start'>, style: TerminalStyle): readonly string[] {
  const file = event.configFile === undefined ? '' : `  ${displayPath(event.configFile, style.cwd)}`;
  return [
    `${style.palette.bold(`MCP Test Harness ${event.harnessVersion}`)}${style.palette.dim(`${file}  ${count(event.tests, 'test')} in ${count(event.suites, 'suite')}`)}`,
    '',
  ];
}

function openTerminal(context: ReporterContext, progress: Progress): LiveArea {
  let frame = 0;
  return openLiveArea(context.write, context.columns, () => {
    frame = (frame + 1) % spinner.length;
    return ['', `${spinner[frame]} ${progress.headline()}`, ...progress.running().map((line) => `  ${line}`)];
  });
}

function openPlain({ write }: ReporterContext, progress: Progress): LiveArea {
  const timer = setInterval(() => write(`… ${progress.headline()}\n`), heartbeatMs);
  timer.unref();
  return {
    print(lines) {
      timer.refresh();
      write(lines.map((line) => `${line}\n`).join(''));
    },
    close: () => clearInterval(timer),
  };
}
