import type { Finding, RunResult, ServerResult } from '@mcp-test-harness/core';
import { renderBaselines } from '../benchmark/render-baselines.ts';
import { cleanLine } from '../text/clean-text.ts';
import { cutText } from '../text/cut.ts';
import { count, formatBytes, formatCount, formatDuration } from '../text/format.ts';
import { describeTotals, describeVerdict, needsAttention, sortFindings, testsOf } from '../text/outcome.ts';
import { describeServerInfo, describeShutdown, isBadEnd } from '../text/server.ts';
import { renderCoverage } from './coverage.ts';
import { renderFailureBlock } from './failure-block.ts';
import { renderRevisions } from './revisions.ts';
import { indented, labelled, title, type TerminalStyle } from './style.ts';

/** More than these, explained one after the other, nobody reads on a terminal. */
const explainedTests = 30;
const slowestShown = 5;
const slowThresholdMs = 500;

/** Everything after the suites: failures, warnings, findings, the slowest, servers, coverage, and the verdict last. */
export function renderSummary(result: RunResult, style: TerminalStyle): readonly string[] {
  return [
    ...renderFailures(result, style),
    ...renderWarnings(result, style),
    ...renderFindings(result.findings, style),
    ...renderSlowest(result, style),
    ...renderServers(result.servers, style),
    ...renderRevisions(result, style),
    ...renderCoverage(result, style),
    ...renderBaselineSection(result, style),
    ...renderVerdict(result, style),
  ];
}

function renderFailures(result: RunResult, style: TerminalStyle): readonly string[] {
  const bad = testsOf(result).filter(needsAttention);
  if (bad.length === 0) return [];
  const limit = style.verbosity >= 1 ? Number.POSITIVE_INFINITY : explainedTests;
  const hidden = bad.length - limit;
  const stderrOf = new Map<string, string>();
  const blocks = bad.slice(0, limit).flatMap((test) => {
    const key = JSON.stringify([test.server, test.stderr]);
    const before = stderrOf.get(key);
    if (before === undefined) stderrOf.set(key, test.id);
    return renderFailureBlock(test, style, before);
  });
  return [
    ...title(
      bad.length === 1 ? 'The test that did not pass' : `${count(bad.length, 'test')} that did not pass`,
      style,
    ),
    ...blocks.slice(0, -1),
    ...(hidden > 0
      ? [
          '',
          ...indented(
            `and ${formatCount(hidden)} more, which are named with their suites: see -v, or --report html:report.html`,
            2,
            style,
          ).map(style.palette.dim),
        ]
      : []),
  ];
}

function renderWarnings(result: RunResult, style: TerminalStyle): readonly string[] {
  const limit = style.verbosity >= 1 ? Number.POSITIVE_INFINITY : 10;
  const lines = [
    ...result.warnings,
    ...testsOf(result).flatMap((test) => test.warnings.map((warning) => `${test.id}: ${warning.message}`)),
  ];
  if (lines.length === 0) return [];
  const hidden = lines.length - limit;
  return [
    ...title(count(lines.length, 'warning'), style),
    ...lines.slice(0, limit).flatMap((line) => bullet('-', cutText(cleanLine(line), 400), style)),
    ...(hidden > 0 ? [style.palette.dim(`  and ${formatCount(hidden)} more: see -v`)] : []),
  ];
}

function renderFindings(findings: readonly Finding[], style: TerminalStyle): readonly string[] {
  if (findings.length === 0) return [];
  const { palette, verbosity } = style;
  const limit = verbosity >= 1 ? Number.POSITIVE_INFINITY : 10;
  const hidden = findings.length - limit;
  return [
    ...title(`${count(findings.length, 'violation')} of the protocol by the server`, style),
    ...sortFindings(findings)
      .slice(0, limit)
      .flatMap((finding) => {
        const color = finding.severity === 'error' ? palette.red : palette.yellow;
        const where = finding.server === undefined ? '' : palette.dim(`  ${cleanLine(finding.server)}`);
        return [
          `  ${color(finding.severity)}  ${palette.bold(cutText(cleanLine(finding.rule), 80))}  ${palette.dim(`seen ${finding.count === 1 ? 'once' : `${formatCount(finding.count)} times`}`)}${where}`,
          ...indented(cutText(finding.message, 600), 4, style),
          ...(finding.spec === undefined
            ? []
            : [palette.dim(`    ${cutText(cleanLine(finding.spec), 200)}`)]),
          ...(verbosity >= 1 && finding.sample !== undefined
            ? labelled('sample', cutText(finding.sample, 400), 4, style)
            : []),
        ];
      }),
    ...(hidden > 0 ? [palette.dim(`  and ${formatCount(hidden)} more: see -v`)] : []),
  ];
}

/** Only what is worth a look: the slowest of those that took half a second, or the slowest anyhow with -v. */
function renderSlowest(result: RunResult, style: TerminalStyle): readonly string[] {
  const threshold = style.verbosity >= 1 ? 0 : slowThresholdMs;
  const slow = testsOf(result)
    .filter((test) => test.outcome !== 'skipped' && test.durationMs >= threshold)
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, slowestShown);
  if (slow.length === 0) return [];
  return [
    ...title('Slowest', style),
    ...slow.map(
      (test) => `  ${formatDuration(test.durationMs).padStart(9)}  ${cutText(cleanLine(test.id), 200)}`,
    ),
  ];
}

function renderServers(servers: readonly ServerResult[], style: TerminalStyle): readonly string[] {
  const shown = servers.filter(
    (server) =>
      style.verbosity >= 1 ||
      server.startError !== undefined ||
      (server.shutdown !== undefined && isBadEnd(server.shutdown)),
  );
  if (shown.length === 0) return [];
  return [
    ...title(shown.length === 1 ? 'Server' : 'Servers', style),
    ...shown.flatMap((server) => renderServer(server, style)),
  ];
}

function renderServer(server: ServerResult, style: TerminalStyle): readonly string[] {
  const { palette, verbosity } = style;
  const { startError, shutdown, usage } = server;
  const name = describeServerInfo(server);
  const facts = [
    ...(name === undefined ? [] : [name]),
    ...(server.protocolVersion === undefined ? [] : [`protocol ${server.protocolVersion}`]),
    ...(server.startupMs === undefined ? [] : [`ready in ${formatDuration(server.startupMs)}`]),
    ...(usage === undefined
      ? []
      : [`CPU ${formatDuration(usage.cpuMs)}`, `peak memory ${formatBytes(usage.peakMemoryBytes)}`]),
  ];
  return [
    `  ${palette.bold(cleanLine(server.name))}  ${palette.dim(cutText(cleanLine(server.target), 200))}`,
    ...(facts.length === 0 ? [] : indented(cutText(cleanLine(facts.join(', ')), 400), 4, style)),
    ...server.limits.map(({ limit, value, level, note }) =>
      palette.dim(`    ${limit} ${value}: ${level}${note === undefined ? '' : `, ${cleanLine(note)}`}`),
    ),
    ...(startError === undefined
      ? []
      : [
          ...indented(`${startError.code}: ${cutText(startError.message, 1000)}`, 4, style).map(palette.red),
          ...(startError.hint === undefined ? [] : indented(startError.hint, 4, style).map(palette.dim)),
        ]),
    ...(shutdown === undefined ? [] : indented(cutText(describeShutdown(shutdown), 1000), 4, style)),
    ...(server.stderrTail.trim() !== '' && (startError !== undefined || verbosity >= 2)
      ? labelled(
          'stderr',
          server.stderrTail
            .trimEnd()
            .split('\n')
            .slice(verbosity >= 2 ? 0 : -12)
            .join('\n'),
          4,
          style,
        )
      : []),
  ];
}

/** What changed since the baselines of the suites. */
function renderBaselineSection({ baselines = [] }: RunResult, style: TerminalStyle): readonly string[] {
  if (baselines.length === 0) return [];
  const lines = renderBaselines(baselines, style.palette, style);
  // The verdict brings its own empty line.
  return ['', ...lines.slice(0, -1)];
}

function renderVerdict(result: RunResult, style: TerminalStyle): readonly string[] {
  const { palette } = style;
  const color = {
    passed: palette.green,
    failed: palette.red,
    errored: palette.red,
    interrupted: palette.yellow,
  }[result.verdict];
  const known = describeVerdict(result);
  return [
    '',
    `${palette.bold(color(result.verdict.toUpperCase()))}  ${palette.bold(known)}`,
    ...indented(
      [
        describeTotals(result.totals),
        formatDuration(result.durationMs),
        ...(result.shard === undefined ? [] : [`shard ${result.shard.index} of ${result.shard.count}`]),
        ...(result.exitCode === 0 ? [] : [`exit code ${result.exitCode}`]),
      ].join(', '),
      2,
      style,
    ).map(palette.dim),
    ...(result.complete
      ? []
      : indented(`Incomplete: ${result.incompleteReason ?? 'not all planned tests ran'}`, 2, style).map(
          palette.yellow,
        )),
  ];
}

function bullet(sign: string, text: string, style: TerminalStyle): readonly string[] {
  const [first = '', ...rest] = indented(text, 4, style);
  return [`  ${sign} ${first.trimStart()}`, ...rest];
}
