import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedAction } from '../plan/types.ts';
import { quote, reproduceLine } from './reproduce.ts';
import type { ReproduceTarget } from './reproduce.ts';

const echo: PlannedAction = { kind: 'tool', tool: 'echo', args: { message: "it's" } };
const ping: PlannedAction = { kind: 'request', method: 'ping', params: undefined };
const stdio: ReproduceTarget['server'] = {
  key: undefined,
  session: { name: 'server', command: 'node', args: ['my server.js', '--port=1'] },
};
const http: ReproduceTarget['server'] = {
  key: undefined,
  session: { name: 'server', transport: 'http', url: 'http://localhost:3000/mcp?a=1&b=2' },
};

describe('reproduceLine', () => {
  it.each<[string, PlannedAction, ReproduceTarget, string | undefined]>([
    [
      'a tool call',
      echo,
      { configFile: '/home/a.yaml', server: stdio },
      String.raw`mcp-test-harness call --config /home/a.yaml --tool echo --args '{"message":"it'\''s"}'`,
    ],
    [
      'a request without params',
      ping,
      { configFile: '/home/a.yaml', server: stdio },
      'mcp-test-harness call --config /home/a.yaml --method ping',
    ],
    [
      'a request with params',
      { kind: 'request', method: 'resources/read', params: { uri: 'a b' } },
      { configFile: '/home/a.yaml', server: stdio },
      `mcp-test-harness call --config /home/a.yaml --method resources/read --params '{"uri":"a b"}'`,
    ],
    [
      'raw bytes',
      { kind: 'raw', text: '{"jsonrpc":' },
      { configFile: '/home/a.yaml', server: stdio },
      `mcp-test-harness call --config /home/a.yaml --raw '{"jsonrpc":'`,
    ],
    [
      'waiting',
      { kind: 'wait', notification: 'x' },
      { configFile: '/home/a.yaml', server: stdio },
      undefined,
    ],
    [
      'a file below the directory',
      ping,
      { configFile: '/home/project/tests/a b.yaml', cwd: '/home/project', server: stdio },
      `mcp-test-harness call --config 'tests/a b.yaml' --method ping`,
    ],
    [
      'a file beside the directory',
      ping,
      { configFile: '/home/other/a.yaml', cwd: '/home/project', server: stdio },
      'mcp-test-harness call --config ../other/a.yaml --method ping',
    ],
    [
      'a file far away',
      ping,
      { configFile: '/a.yaml', cwd: '/home/project', server: stdio },
      'mcp-test-harness call --config /a.yaml --method ping',
    ],
    [
      'one of several servers, in an environment',
      ping,
      {
        configFile: '/home/a.yaml',
        environment: 'staging',
        server: { key: 'files', session: { name: 'files', command: 'x' } },
      },
      'mcp-test-harness call --config /home/a.yaml --environment staging --server files --method ping',
    ],
    [
      'the variant of a server that a suite has for itself',
      ping,
      {
        configFile: '/home/a.yaml',
        oneOfSeveral: true,
        server: { key: undefined, session: { name: 'server (small)', command: 'x' } },
      },
      `mcp-test-harness call --config /home/a.yaml --server 'server (small)' --method ping`,
    ],
    [
      'a command without a configuration',
      ping,
      { configFile: undefined, server: stdio },
      `mcp-test-harness call --method ping -- node 'my server.js' --port=1`,
    ],
    [
      'a URL without a configuration',
      ping,
      { configFile: undefined, server: http },
      `mcp-test-harness call --method ping --url 'http://localhost:3000/mcp?a=1&b=2'`,
    ],
  ])('%s', (_what, action, target, line) => {
    expect(reproduceLine(action, target)).toBe(line);
  });
});

describe('quote', () => {
  it.each([
    ['plain-word_1.2/3', 'plain-word_1.2/3'],
    ['', "''"],
    ['a b', "'a b'"],
    ['$HOME', "'$HOME'"],
    ['~', "'~'"],
    ['*', "'*'"],
    ['naïve', "'naïve'"],
    ["'", String.raw`''\'''`],
  ])('writes %j as %s', (word, quoted) => {
    expect(quote(word)).toBe(quoted);
  });

  it.skipIf(process.platform === 'win32')('gives a shell any words back', () => {
    const word = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(...`'"\\$\`!*?~#&|;<>(){}[] \n\t%=^`.split('')),
          fc.string({ minLength: 1, maxLength: 1 }),
        ),
      })
      .filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const output = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], {
          encoding: 'utf8',
        });
        expect(output.split('\0').slice(0, -1)).toEqual(words.map((text) => text.toWellFormed()));
      }),
      { numRuns: 50 },
    );
  });
});
