import { describe, expect, it } from 'vitest';
import { createReporter, reporters } from './registry.ts';
import { mixedRun } from './testing/example-runs.ts';

const context = {
  write: () => {},
  color: false,
  interactive: false,
  columns: 80,
  verbosity: 0,
  cwd: '/project',
};

describe('the registry', () => {
  it('creates every reporter; documents render, the live one listens', async () => {
    for (const { name, defaultFile } of reporters) {
      const reporter = await createReporter(name, context);
      expect([name, typeof reporter.render, typeof reporter.onEvent]).toEqual(
        defaultFile === undefined ? [name, 'undefined', 'function'] : [name, 'function', 'undefined'],
      );
    }
  });

  it('refuses an unknown name and says which there are', async () => {
    await expect(createReporter('pdf', context)).rejects.toMatchObject({
      code: 'USAGE',
      message: 'unknown report "pdf"',
      hint: 'Known: terminal, json, junit, html, markdown, sarif.',
    });
  });

  it('renders the same text for the same result, and leaves the result as it was', async () => {
    const run = mixedRun();
    const before = JSON.stringify(run);
    for (const { name, defaultFile } of reporters) {
      if (defaultFile === undefined) continue;
      const { render } = await createReporter(name, context);
      expect([...(render?.(run) ?? [])]).toEqual([...(render?.(run) ?? [])]);
    }
    expect(JSON.stringify(run)).toBe(before);
  });
});
