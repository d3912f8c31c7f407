import { describe, expect, it } from 'vitest';
import { prose } from '../markdown/escape.ts';
import {
  buildCompared,
  buildBenchmarkResult,
  buildComparison,
  buildMeasurement,
  buildMetric,
} from '../testing/benchmark-results.ts';
import {
  buildAgainst,
  buildAgainstMetric,
  buildBaseline,
  hostileBaseline,
  worseBaseline,
} from '../testing/example-baselines.ts';
import * as examples from '../testing/example-benchmarks.ts';
import { everyHostileText, hostile } from '../testing/hostile.ts';
import { renderBenchmarkMarkdown } from './render-markdown.ts';

/** What is left when code is taken out: the markup that a reader interprets. */
function markupOf(markdown: string): string {
  return markdown
    .replace(/<code(?: dir="auto")?>[^<\n]*<\/code>/g, 'CODE')
    .replace(/\[specification\]\(https:\/\/modelcontextprotocol\.io\/[\w./#-]*\)/g, 'LINK');
}

const { hostileBenchmarks, ...sound } = examples;

describe('renderBenchmarkMarkdown', () => {
  it.each(Object.entries(sound))('tells of a %s the verdict first', (_, make) => {
    expect(renderBenchmarkMarkdown(make(), '/project')).toMatchSnapshot();
  });

  it('lets nothing of a server or a pull request become a mention, link, image, element, heading or cell', () => {
    const markup = markupOf(renderBenchmarkMarkdown(hostileBenchmarks(), '/project'));
    expect(markup).not.toMatch(/evil|octocat|onerror|alert|\[|\]|!|`|@|\$/);
    expect(new Set(markup.match(/<[^>]*>/g))).toEqual(
      new Set(['<details>', '<summary>', '</summary>', '</details>']),
    );
    const headings = markup.split('\n').filter((line) => line.startsWith('#'));
    for (const heading of headings) expect(heading).toMatch(/^##?#? (?:💥 )?[\w :,;]+$/u);
  });

  it('stays under 60,000 characters and counts what did not fit', () => {
    const verdicts = ['regressed', 'inconclusive', 'improved', 'unchanged'] as const;
    const compared = verdicts.flatMap((verdict) =>
      Array.from({ length: 200 }, (_, index) =>
        buildCompared(`${index} ${hostile.markdown} ${hostile.long}`, verdict, [
          buildMetric('latency', verdict, 40, verdict === 'inconclusive' ? { reason: everyHostileText } : {}),
          buildMetric('cpu', verdict, 40),
        ]),
      ),
    );
    const markdown = renderBenchmarkMarkdown(
      buildBenchmarkResult({
        comparison: buildComparison(compared),
        benchmarks: Array.from({ length: 200 }, (_, index) =>
          buildMeasurement(`${index} ${everyHostileText}`, 'failed', { reason: everyHostileText }),
        ),
        warnings: Array.from({ length: 200 }, () => everyHostileText),
      }),
      '/project',
    );
    expect(markdown.length).toBeLessThan(60_000);
    for (const nouns of ['benchmarks', 'metrics', 'warnings']) {
      expect(markdown).toMatch(new RegExp(`_[\\d,]+ more ${nouns} did not fit here`));
    }
    const [opened, closed] = [/<details>/g, /<\/details>/g].map((tag) => markdown.match(tag)?.length);
    expect(opened).toBe(closed);
  });

  it('has room for baselines beside everything else, each with the worst first, and counts what did not fit', () => {
    const names = Array.from({ length: 60 }, (_, index) => `${index} ${hostile.markdown} ${hostile.script}`);
    const crowded = {
      ...hostileBaseline(),
      benchmarks: names.map((id) => buildAgainst(id, [buildAgainstMetric('latency', 'regressed', 40)])),
      outcomes: { newlyFailing: names, fixed: names, flaky: [] },
      notes: names,
    };
    const { findings, error } = hostileBenchmarks();
    const most = {
      benchmarks: names.flatMap((id) => [
        buildMeasurement(id, 'failed', { reason: everyHostileText }),
        buildMeasurement(id),
      ]),
      findings: names.flatMap(() => findings),
      warnings: names,
      ...(error === undefined ? {} : { error }),
    };
    const regressed = names.map((id) =>
      buildCompared(id, 'regressed', [buildMetric('latency', 'regressed', 9)]),
    );
    for (const baselines of [[crowded], names.map(() => crowded), names.map(() => worseBaseline())])
      for (const one of [undefined, buildComparison(regressed)]) {
        const run = buildBenchmarkResult({
          ...most,
          baselines,
          ...(one === undefined ? {} : { comparison: one }),
        });
        const markdown = renderBenchmarkMarkdown(run, '/project');
        expect(markdown.length).toBeLessThan(60_000);
        expect(markdown).toContain('### Baseline of ');
        expect(markdown).toMatch(/_[\d,]+ more (?:changes|suites against their baselines) did not fit here/);
        const [opened, closed] = [/<details>/g, /<\/details>/g].map((tag) => markdown.match(tag)?.length);
        expect(opened).toBe(closed);
      }
  });

  it('says of a baseline that held that nothing regressed, and lists nothing', () => {
    const markdown = renderBenchmarkMarkdown(
      buildBenchmarkResult({ baselines: [buildBaseline()] }),
      '/project',
    );
    expect(markdown).toContain('**No regression in 1 benchmark** · approved run of');
    expect(markdown).toContain('⚪ 1 benchmark unchanged.');
    expect(markdown).not.toMatch(/^- [🔴🟡🟢]/mu);
  });

  it('strikes the latencies of an invalid run out', () => {
    const row = renderBenchmarkMarkdown(examples.openLoopRun(), '/project')
      .split('\n')
      .find((line) => line.includes('**invalid**'));
    expect(row).toContain('~~2.14 ms~~');
  });
});

describe('prose', () => {
  it.each([
    ['the measurements are too noisy', 'the measurements are too noisy'],
    ['see GH-1', '<code>see GH-1</code>'],
    ['@octocat', '<code>&#64;octocat</code>'],
    ['a\nb', '<code>a b</code>'],
    ['', ''],
  ])('writes %j as %j', (text, markdown) => {
    expect(prose(text)).toBe(markdown);
  });
});
