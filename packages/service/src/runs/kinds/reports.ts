import type { RunResult as TestRun } from '@mcp-test-harness/core';
import type { ReporterContext } from '@mcp-test-harness/report';
import { createReporter, reporters } from '@mcp-test-harness/report';
import type { RunJob } from '../messages.ts';
import type { RenderedReport } from './define.ts';

/** Documents do not go to a screen. */
export function documentContext({ plan }: RunJob): ReporterContext {
  return {
    write: () => undefined,
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: plan.baseDir,
  };
}

/** The reports of the formats that a job asks for; those that are for screens are none. */
export async function renderTests(
  result: TestRun,
  job: RunJob,
  nameOf: (file: string) => string = (file) => file,
): Promise<readonly RenderedReport[]> {
  const rendered: RenderedReport[] = [];
  for (const { name, defaultFile } of reporters) {
    if (defaultFile === undefined || !job.formats.includes(name)) continue;
    const { render } = await createReporter(name, documentContext(job));
    if (render !== undefined) rendered.push({ name: nameOf(defaultFile), parts: render(result) });
  }
  return rendered;
}

/** The harness as results name it. */
export function harnessOf({ harnessVersion }: RunJob): TestRun['harness'] {
  return {
    version: harnessVersion,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
}
