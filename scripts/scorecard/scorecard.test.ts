import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { excerpt } from './excerpt.ts';
import { findTagged, tagVariable } from './leftovers.ts';
import { renderScorecard } from './render.ts';
import { readScores } from './results.ts';
import { servers } from './servers.ts';
import { problemsOf } from './to-score.ts';
import type { Score } from './types.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/scorecard.md'), 'utf8');
const scores = await readScores();

const score: Score = {
  package: '@example/server',
  version: '1.2.3',
  language: 'Go',
  transport: 'stdio',
  date: '2026-11-26',
  harnessVersion: '0.1.0',
  revision: '2025-11-25',
  serverInfo: 'example 1.2.3',
  score: 0.999,
  totals: { passed: 9, failed: 1, warnings: 0, notApplicable: 2, notTestable: 3 },
  tools: null,
  seconds: 3.25,
  exitCode: 1,
  leftBehind: [],
  broken: [
    {
      id: 'stdio.purity',
      level: 'MUST',
      status: 'failed',
      title: 'stdout carries messages and nothing else',
      message: 'text on stdout that is no message',
      quote: 'The server MUST NOT write anything to its stdout that is not a valid MCP message.',
      url: 'https://example.com/spec',
      received: 'a banner with ``` in it',
    },
  ],
};

describe('the scorecard', () => {
  it('has a score for every server of the list, at its version', () => {
    const named = (one: Pick<Score, 'package' | 'version' | 'transport'>): string =>
      `${one.package}@${one.version} over ${one.transport}`;
    expect(scores.map(named)).toEqual(servers.map(named));
  });

  it('has twelve servers at least, in four languages, over both transports, two of them of the stateless era', () => {
    expect(new Set(servers.map((server) => server.package)).size).toBeGreaterThanOrEqual(12);
    const languages = servers.map(({ language }) => language);
    expect(languages).toEqual(expect.arrayContaining(['TypeScript', 'Go', 'Rust', '.NET']));
    expect(new Set(servers.map(({ transport }) => transport))).toEqual(new Set(['stdio', 'http']));
    const stateless = scores.filter(({ revision }) => revision === '2026-07-28');
    expect(stateless.map((one) => one.package)).toEqual(
      expect.arrayContaining(['@upstash/context7-mcp', 'mongodb-mcp-server']),
    );
  });

  it.each(scores.map((one) => [`${one.package} over ${one.transport}`, one] as const))(
    '%s: judged within the limit, nothing left behind, each failure with a frame and a sentence',
    (_name, one) => {
      expect(problemsOf(one)).toEqual([]);
      expect(one.date).toMatch(/^\d{4}-\d\d-\d\d$/);
      const { failed, warnings } = one.totals;
      expect(one.broken).toHaveLength(failed + warnings);
    },
  );

  it('is the page in docs, with every version, date and sentence', () => {
    expect(page).toBe(renderScorecard(scores));
    for (const { package: name, version, date, broken } of scores) {
      const row = page.split('\n').find((line) => line.includes(`\`${name}\``) && line.includes(version));
      expect(row).toContain(date);
      for (const { id, url } of broken) {
        expect(page).toContain(`\`${id}\``);
        expect(page).toContain(url);
      }
    }
  });
});

describe('renderScorecard', () => {
  it('shows a failure with what was seen, the sentence, its link and the frames', () => {
    const text = renderScorecard([score]);
    expect(text).toContain(
      '| [`@example/server`](#exampleserver-over-stdio) | 1.2.3 | Go | stdio | 2025-11-25 | 99 % | 9 | 1 | 0 | 2 | 3 | – | – | 3.3 | 2026-11-26 |',
    );
    expect(text).toContain(`### failed: \`stdio.purity\`

text on stdout that is no message.

> The server MUST NOT write anything to its stdout that is not a valid MCP message.
>
> — MUST, [the specification](https://example.com/spec)

Received:

\`\`\`\`text
a banner with \`\`\` in it
\`\`\`\``);
  });
});

describe('problemsOf', () => {
  it.each<[string, Partial<Score>]>([
    ['the harness ended with null', { exitCode: null }],
    ['it took 60.1 s', { seconds: 60.1 }],
    ['left behind: sleep 60', { leftBehind: ['sleep 60'] }],
    [
      'stdio.purity is broken and quotes no sentence',
      { broken: score.broken.map((one) => ({ ...one, quote: '' })) },
    ],
    [
      'stdio.purity is broken and shows no frame',
      { broken: score.broken.map((one) => ({ ...one, received: undefined })) },
    ],
  ])('tells: %s', (problem, change) => {
    expect(problemsOf(score)).toEqual([]);
    expect(problemsOf({ ...score, ...change })).toEqual([problem]);
  });
});

describe('excerpt', () => {
  it('leaves a short frame as it is', () => {
    expect(excerpt('{"jsonrpc":"2.0"}', 'anything')).toBe('{"jsonrpc":"2.0"}');
  });

  it('shows the beginning of a long one, and how much is left out', () => {
    expect(excerpt('x'.repeat(1000), 'it is long')).toBe(`${'x'.repeat(700)} … (300 characters)`);
  });

  it('shows the part that the message quotes', () => {
    const frame = `${'x'.repeat(5000)}"faulty-tool"${'y'.repeat(5000)}`;
    expect(excerpt(frame, 'tool "faulty-tool" has no schema')).toMatch(
      /^… \(\d+ characters\) x+"faulty-tool"y+ … \(\d+ characters\)$/,
    );
  });
});

describe.runIf(process.platform === 'linux')('findTagged', () => {
  it('finds a process by the tag in its environment, wherever it moved to', async () => {
    const tag = randomUUID();
    const child = spawn('sleep', ['60'], {
      env: { PATH: process.env['PATH'], [tagVariable]: tag },
      detached: true,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await vi.waitFor(async () => {
      expect(await findTagged(tag)).toEqual([{ pid: child.pid, command: 'sleep 60' }]);
    });
    expect(await findTagged(randomUUID())).toEqual([]);
  });
});
