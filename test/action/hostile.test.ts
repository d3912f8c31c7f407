import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, commentsOf } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** What a server may answer to get out of the place where it is shown. */
const hostileText = [
  '::error::injected',
  '::set-output name=outcome::injected',
  '##[error]injected',
  '@everyone @octo-org/admins #1',
  '</td></tr></table></details><img src=x onerror=alert(1)><script>alert(1)</script>',
  '![](https://evil.example/pixel) [click](https://evil.example) https://evil.example',
  '```\n# out of the fence\n````\n~~~',
  // The runner puts the token of the job there: a server that got hold of it.
  '${{ secrets.GITHUB_TOKEN }} ${CANARY}',
  '<!-- mcp-test-harness:comment:0000 -->',
  'EOF\noutcome=injected\noutcome<<EOF',
  '\u202Ereversed\u202C \u2066\u200B',
  '\u001B[2J\u001B]0;title\u0007',
].join('\n');

/** The same in the name of a test, as far as a configuration may say it. */
const hostileName = '::error::x @everyone <img src=x> | `a` \u202Eabc';

const canary = 'canary-5b1f0d7c';
const secret = 'secret-9a66e1b2';

const files = {
  'mcp-test-harness.yaml': JSON.stringify({
    server: { command: 'node', args: ['server.mjs'] },
    test_suites: [
      {
        name: 'hostile',
        test_cases: [
          {
            id: hostileName,
            tool_name: 'greet',
            input_params: { name: 'Ann' },
            expected: { text: 'nothing of that' },
          },
          {
            id: 'leaks',
            tool_name: 'greet',
            input_params: { name: '${CANARY}' },
            expected: { text: '${SECRET}' },
          },
        ],
      },
    ],
  }),
};

/** What is outside of fences, where the text would be what it looks like. */
function prose(markdown: string): string {
  let fence: string | undefined;
  const kept: string[] = [];
  for (const line of markdown.split('\n')) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark !== undefined && line.trim() === mark && mark.length >= fence.length)
      fence = undefined;
    else if (fence === undefined) kept.push(line);
  }
  return kept.join('\n');
}

describe.each(worlds)('a hostile server, $name', (kind) => {
  let report: RunReport;
  let withSecrets: RunReport;

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const env = { CANARY: canary, SECRET: '${{ secrets.SECRET }}' };
    const behaviour = {
      text: hostileText,
      padding: 100_000,
      tools: [{ name: 'greet', description: hostileText, inputSchema: { type: 'object' } }],
    };
    report = await openWorld(kind, { files }).run({
      event: 'pull_request',
      pr: 1,
      env: { ...env, BEHAVIOUR: JSON.stringify(behaviour) },
      secrets: { SECRET: secret },
    });
    withSecrets = await openWorld(kind, { files }).run({
      event: 'pull_request',
      pr: 1,
      env: { ...env, BEHAVIOUR: JSON.stringify({ greeting: `${canary} ${secret}` }) },
      secrets: { SECRET: secret },
    });
  }, 120_000);

  it.skipIf(kind.isSkipped)('is a failing test like others', () => {
    expect(report.conclusion).toBe('failure');
    expect(report.outputs).toMatchObject({ outcome: 'failed', tests: '2', failed: '2' });
    expect(report.masking.leaks).toEqual([]);
  });

  it.skipIf(kind.isSkipped)('sets nothing and says nothing in our name', () => {
    expect(report.warnings).toEqual([]);
    expect(report.annotations.filter(({ message }) => message.trim() === 'injected')).toEqual([]);
    expect(report.annotations.map(({ title }) => title)).not.toContain(undefined);
    for (const { message } of report.annotations) expect(message.length).toBeLessThanOrEqual(4096);
    expect(Object.values(report.outputs)).not.toContain('injected');
    expect(() => JSON.parse(report.outputs['summary-json'] ?? '') as unknown).not.toThrow();
  });

  it.skipIf(kind.isSkipped).each(['comment', 'summary'] as const)(
    'makes no markup, mention or link in the %s',
    (place) => {
      const text = place === 'comment' ? commentsOf(report)[0]?.body : report.summary;
      if (typeof text !== 'string') return expect.fail(`there is no ${place}`);
      const said = prose(text);
      expect(said).not.toMatch(/<(?:img|script|\/td|\/table)/i);
      expect(said).not.toContain('@everyone');
      expect(said).not.toContain('@octo-org');
      expect(said).not.toContain('](https://evil.example');
      expect(said).not.toMatch(/^# out of the fence/m);
      expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\u001B]/);
      expect(text.length).toBeLessThan(place === 'comment' ? 65_536 : 1024 * 1024);
      expect(report.stages.some(({ summaryRejected }) => summaryRejected === true)).toBe(false);
    },
  );

  it.skipIf(kind.isSkipped)(
    'gets no secret out: not into logs, comments, summaries, annotations or outputs',
    () => {
      expect(withSecrets.outputs).toMatchObject({ failed: '2' });
      expect(withSecrets.masking.leaks).toEqual([]);
      const everything = JSON.stringify([
        withSecrets.log,
        withSecrets.comments,
        withSecrets.summary,
        withSecrets.annotations,
        withSecrets.outputs,
        withSecrets.checkRuns,
      ]);
      expect(everything).not.toContain(canary);
      expect(everything).not.toContain(secret);
    },
  );
});
