import type { RunCoverage, RunResult } from '@mcp-test-harness/core';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../html/render-html.ts';
import { renderJunit } from '../junit/render-junit.ts';
import { renderMarkdown } from '../markdown/render-markdown.ts';
import { renderCoverage } from '../terminal/coverage.ts';
import { createStyle } from '../terminal/style.ts';
import { buildRun, buildSuite, buildTest } from '../testing/results.ts';
import { describeVerdict } from './outcome.ts';

type Lists = RunCoverage['servers'][number]['lists'];

function buildCoverage(init: Partial<RunCoverage> = {}, lists: Lists = someLists): RunCoverage {
  const exercised = lists.flatMap((list) => list.exercised).length;
  const listed = exercised + lists.flatMap((list) => list.uncovered).length;
  return {
    listed,
    exercised,
    percent: listed === 0 ? undefined : (exercised / listed) * 100,
    leftOutTests: 0,
    servers: [{ server: 'server', lists }],
    ...init,
  };
}

const someLists: Lists = [
  { kind: 'tools', exercised: ['add'], uncovered: ['sub', '<b>evil</b>'] },
  { kind: 'prompts', exercised: [], uncovered: [], notMeasured: 'prompts/list: silence' },
];

const runWith = (coverage: RunCoverage, init: Partial<RunResult> = {}): RunResult =>
  buildRun([buildSuite('s', [buildTest('s', 'one')])], { coverage, ...init });

function terminal(result: RunResult, verbosity = 0): string {
  const context = { write: () => undefined, color: false, interactive: false, columns: 120, cwd: '/' };
  return renderCoverage(result, createStyle({ ...context, verbosity }))
    .join('\n')
    .trim();
}

/** Without the line breaks of a narrow terminal. */
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('coverage in reports', () => {
  it('is a line on the terminal, with what was not used when that is little', () => {
    expect(terminal(runWith(buildCoverage()))).toBe(
      [
        'Coverage: 1 of 3 tools, resources and prompts were used by tests (33.3%)',
        '  not used: tools sub, <b>evil</b>',
        '  not measured: server: prompts/list: silence',
      ].join('\n'),
    );
  });

  it('counts what was not used when that is much, and names it with -v', () => {
    const names = Array.from({ length: 11 }, (_, n) => `tool-${n}`);
    const much = runWith(
      buildCoverage({}, [
        { kind: 'tools', exercised: [], uncovered: names },
        { kind: 'resource-templates', exercised: [], uncovered: ['demo://{id}'] },
      ]),
    );
    expect(unwrapped(terminal(much))).toContain('not used: 11 tools, 1 resource template: see -v');
    expect(unwrapped(terminal(much, 1))).toContain('tool-9, tool-10; resource template demo://{id}');
  });

  it('names the server where there are several', () => {
    const servers = ['one', 'two'].map((server) => ({ server, lists: someLists.slice(0, 1) }));
    expect(terminal(runWith(buildCoverage({ servers })))).toContain(
      'one: tools sub, <b>evil</b>; two: tools sub',
    );
  });

  it('is left out where servers offer nothing, and where nobody measured', () => {
    expect(terminal(runWith(buildCoverage({}, [])))).toBe('');
    expect(terminal(buildRun([]))).toBe('');
    expect(renderMarkdown(buildRun([]), '/')).not.toContain('Coverage');
    expect([...renderHtml(buildRun([]), '/')].join('')).not.toContain('id="coverage"');
  });

  it.each([
    [{ leftOutTests: 2 }, {}, 'filters left out 2 tests'],
    [{}, { shard: { index: 1, count: 2 } }, 'this is shard 1 of 2'],
    [{}, { complete: false }, 'the run is incomplete'],
  ])('says that it was measured over a part: %o %o', (coverage, init, words) => {
    expect(terminal(runWith(buildCoverage(coverage), init))).toContain(
      `measured over a part of the tests: ${words}`,
    );
  });

  it('is a table in Markdown and HTML, where no name becomes markup', () => {
    const result = runWith(buildCoverage());
    const markdown = renderMarkdown(result, '/');
    expect(markdown).toContain(
      '| <code>server</code> | tools | 1 of 3 | <code>sub</code>, <code>&#60;b&#62;',
    );
    expect(markdown).toContain('Not measured: <code>server&#58; prompts/list&#58; silence</code>');
    const html = [...renderHtml(result, '/')].join('');
    expect(html).toContain('<td>tools</td><td>1 of 3</td><td><code>sub</code>, <code>&lt;b&gt;');
    expect(html).toContain('<td>prompts</td><td>not measured</td><td>prompts/list: silence</td>');
  });
});

describe('a run that misses the required coverage', () => {
  const [measured] = someLists;
  const missed = runWith(buildCoverage({ minPercent: 80 }, measured === undefined ? [] : [measured]));

  it('fails, and its verdict says why', () => {
    expect([missed.verdict, missed.exitCode]).toEqual(['failed', 1]);
    expect(describeVerdict(missed)).toBe(
      'The tests passed, but only 33.3% of what the server has was used, and 80% is required',
    );
  });

  it('says so when a list could not be read', () => {
    const unread = runWith(buildCoverage({ minPercent: 10 }));
    expect(describeVerdict(unread)).toBe(
      'The tests passed, but it could not be measured whether the required 10% of what the server has was used',
    );
  });

  it('is a failed case in JUnit, which names what was not used', () => {
    const xml = renderJunit(missed, '/');
    expect(xml).toContain('<testcase name="coverage" classname="mcp-test-harness"');
    expect(xml).toContain('not used: tools sub, &lt;b&gt;evil');
    expect(xml).toContain('tests="2" failures="1" errors="0"');
  });
});
