import type { Plan, PlannedSuite, PlannedTest } from '@mcp-test-harness/core';
import { dirname, relative } from 'node:path';
import { count } from './count.ts';
import { formatLocation } from './format-location.ts';
import { paint, type Io } from './io.ts';

/** What a run would do, for `list` and `test --dry-run`. */
export function renderPlan(plan: Plan, io: Io): string {
  const lines: string[] = [];
  for (const suite of plan.suites) {
    lines.push(
      `${paint(io, 'bold', suite.name)}  ${paint(io, 'dim', `server ${suite.server}, isolation ${suite.isolation}, ${suite.concurrency} at once${fromFile(suite, plan)}`)}`,
    );
    if (suite.description !== undefined && io.verbosity > 0) lines.push(`  ${suite.description}`);
    for (const test of suite.tests) lines.push(renderTest(test, io));
    lines.push('');
  }
  for (const { name, everyRevision } of plan.servers) {
    if (everyRevision) lines.push(`all of it on ${name} once under each protocol revision that it speaks`);
  }
  const shard = plan.shard === undefined ? '' : `, shard ${plan.shard.index} of ${plan.shard.count}`;
  lines.push(`${count(plan.testCount, 'test')} in ${count(plan.suites.length, 'suite')}${shard}`);
  return io.mask(`${lines.join('\n')}\n`);
}

/** Of a suite in a file of its own: which, relative to the configuration. */
function fromFile({ location }: PlannedSuite, { configFile }: Plan): string {
  if (location === undefined || configFile === undefined || location.file === configFile) return '';
  return `, in ${relative(dirname(configFile), location.file)}`;
}

function renderTest(test: PlannedTest, io: Io): string {
  const parts = [`  ${test.id.slice(test.suite.length + 1)}`];
  if (test.tags.length > 0) parts.push(paint(io, 'cyan', test.tags.map((tag) => `#${tag}`).join(' ')));
  if (test.dependsOn.length > 0) parts.push(paint(io, 'dim', `after ${test.dependsOn.join(', ')}`));
  if (test.skipReason !== undefined) parts.push(paint(io, 'yellow', `skipped: ${test.skipReason}`));
  if (io.verbosity > 0 && test.location !== undefined) {
    parts.push(paint(io, 'dim', formatLocation(test.location, io.cwd)));
  }
  return parts.join('  ');
}
