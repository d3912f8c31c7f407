import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { createFrom, type DocumentParts, type ReporterContext, type ReporterDefinition } from '../define.ts';
import { jsonParts } from '../text/json-parts.ts';

/** Makes a document of a benchmark run: a pure function of its result. */
export interface BenchmarkReporter {
  readonly render: (result: BenchmarkResult) => DocumentParts;
}

/** Every report of a benchmark run. What a reporter is made of is loaded when it is created. */
export const benchmarkReporters: readonly ReporterDefinition<BenchmarkReporter>[] = [
  {
    name: 'terminal',
    description: 'A table, and a sentence for each benchmark that changed',
    defaultFile: undefined,
    async create(terminal) {
      const { renderBenchmarkTerminal } = await import('./render-terminal.ts');
      return { render: (result) => [renderBenchmarkTerminal(result, terminal)] };
    },
  },
  {
    name: 'json',
    description: 'The whole result, for programs; `report` renders it again',
    defaultFile: 'benchmark.json',
    create: () => ({
      *render(result) {
        yield* jsonParts(result);
        yield '\n';
      },
    }),
  },
  {
    name: 'html',
    description: 'One self-contained page with distributions and every pair',
    defaultFile: 'benchmark.html',
    async create({ cwd }) {
      const { renderBenchmarkHtml } = await import('./html/render-html.ts');
      return { render: (result) => renderBenchmarkHtml(result, cwd) };
    },
  },
  {
    name: 'markdown',
    description: 'A summary for comments and job summaries',
    defaultFile: 'benchmark.md',
    async create({ cwd }) {
      const { renderBenchmarkMarkdown } = await import('./render-markdown.ts');
      return { render: (result) => [renderBenchmarkMarkdown(result, cwd)] };
    },
  },
];

/**
 * Loads and creates a reporter of benchmark runs by name.
 * @throws HarnessError USAGE when there is none of that name
 */
export async function createBenchmarkReporter(
  name: string,
  context: ReporterContext,
): Promise<BenchmarkReporter> {
  return await createFrom(benchmarkReporters, name, context);
}
