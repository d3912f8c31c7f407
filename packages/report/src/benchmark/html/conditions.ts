import type { BenchmarkResult, BenchmarkedServer, ComparedServer } from '@mcp-test-harness/core/benchmark';
import { definitionList } from '../../html/blocks.ts';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { count, formatBytes, formatDuration } from '../../text/format.ts';
import { formatMs } from '../values.ts';
import { describeLoad, describeMachine, describeMachineState, describeMethod } from '../words.ts';

/** The machine, how busy it was, and how much was measured: what another run must share to be compared. */
export function renderConditions(result: BenchmarkResult): string {
  const { settings, comparison, machine, references } = result;
  return definitionList('facts conditions', [
    ['Machine', escapeProse(describeMachine(machine))],
    ['State', escapeProse(describeMachineState(result))],
    ['Measured', escapeHtml(describeMethod(result))],
    ['Load', comparison === undefined ? escapeHtml(describeLoad(settings.load)) : undefined],
    [
      'Calls of each benchmark',
      settings.iterations === undefined
        ? comparison === undefined
          ? `as many as fit into ${formatDuration(settings.measureMs)}`
          : undefined
        : String(settings.iterations),
    ],
    [
      'Pinned to one core',
      comparison === undefined ? undefined : comparison.notPinned === undefined ? 'each pair' : 'no',
    ],
    ['Seed of the order', comparison === undefined ? undefined : String(comparison.seed)],
    ...references.map(
      ({ name, processes }) =>
        [
          `Reference server (${name})`,
          escapeHtml(
            `p50 ${formatMs(middle(processes.map(({ p50Ms }) => p50Ms)))} in ${count(processes.length, 'process', 'processes')}`,
          ),
        ] as const,
    ),
  ]);
}

/** The servers that were measured, or base and head. */
export function renderBenchmarkServers({ servers, comparison }: BenchmarkResult): string {
  if (comparison === undefined) return servers.map(renderServer).join('\n');
  return `${renderSide('Base', comparison.base)}\n${renderSide('Head', comparison.head)}`;
}

function renderSide(
  name: string,
  { label, target, commit, serverInfo, protocolVersion }: ComparedServer,
): string {
  return renderArticle(`${name}: ${label}`, target, [
    ['Commit', commit === undefined ? undefined : `<code>${escapeProse(commit)}</code>`],
    ['Server', describeInfo(serverInfo)],
    ['Protocol', protocolVersion === undefined ? undefined : escapeProse(protocolVersion)],
  ]);
}

function renderServer(server: BenchmarkedServer): string {
  const { name, target, startupMs, peakMemoryBytes, protocolVersion, serverInfo } = server;
  return renderArticle(name, target, [
    ['Server', describeInfo(serverInfo)],
    ['Protocol', protocolVersion === undefined ? undefined : escapeProse(protocolVersion)],
    ['Processes', startupMs.length === 0 ? undefined : String(startupMs.length)],
    [
      'Ready in',
      startupMs.length === 0
        ? undefined
        : `${formatDuration(middle(startupMs))} (${formatDuration(Math.min(...startupMs))} to ${formatDuration(Math.max(...startupMs))})`,
    ],
    ['Peak memory', peakMemoryBytes.length === 0 ? undefined : formatBytes(Math.max(...peakMemoryBytes))],
  ]);
}

function renderArticle(
  title: string,
  target: string,
  facts: readonly (readonly [string, string | undefined])[],
): string {
  return `<article class="server"><h3>${escapeProse(title)}</h3>
<p class="target"><code>${escapeProse(target)}</code></p>
${definitionList('facts', facts)}
</article>`;
}

function describeInfo(info: BenchmarkedServer['serverInfo']): string | undefined {
  const words = [info?.['name'], info?.['version']].filter((word) => typeof word === 'string');
  return words.length === 0 ? undefined : escapeProse(words.join(' '));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;
}
