import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, commentsOf, headlineOf } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** Callers that leave `language` out are refused now. */
const breaking = {
  BEHAVIOUR: JSON.stringify({
    tools: [
      {
        name: 'greet',
        description: 'Greets somebody by name, politely.',
        inputSchema: {
          type: 'object',
          properties: {
            name: { type: 'string', description: 'Whom to greet.' },
            language: { type: 'string', description: 'In which language.' },
          },
          required: ['name', 'language'],
        },
        annotations: { readOnlyHint: true },
      },
    ],
  }),
};

/** Its test gives both. */
const files = {
  'mcp-test-harness.yaml': `server:
  command: node
  args: [server.mjs]
test_suites:
  - name: greeting
    test_cases:
      - id: greet
        tool_name: greet
        input_params: { name: Ann, language: en }
        expected: { text: 'Hello, Ann' }
`,
};

describe.each(worlds)('a change that breaks callers, $name', (kind) => {
  const run: Record<string, RunReport> = {};
  const of = (name: string): RunReport => run[name] ?? expect.fail(`${name} did not run`);

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind, { files });
    run['main'] = await world.run({ event: 'push' });
    run['proposed'] = await world.run({ event: 'pull_request', pr: 1, env: breaking });
    run['merged'] = await world.run({ event: 'push', env: breaking });
    run['later'] = await world.run({ event: 'pull_request', pr: 2, env: breaking });
  }, 120_000);

  it.skipIf(kind.isSkipped)('fails the pull request that proposes it, and its comment names it', () => {
    const report = of('proposed');
    expect(report.conclusion).toBe('failure');
    expect(report.outputs).toMatchObject({ outcome: 'failed', failed: '0', 'breaking-changes': '1' });
    expect(headlineOf(commentsOf(report)[0]?.body)).toContain('Breaking change of');
  });

  it.skipIf(kind.isSkipped)('is told once: what was merged fails no later pull request', () => {
    expect(of('merged').cache.events.map(({ op }) => op)).toContain('saved');
    const report = of('later');
    expect(report.conclusion).toBe('success');
    expect(report.outputs).toMatchObject({ outcome: 'passed', 'breaking-changes': '0', baseline: 'cache' });
  });
});
