import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadInputs } from './inputs.ts';

/** As the runner puts them into the environment. */
function load(inputs: Readonly<Record<string, string>>): ReturnType<typeof loadInputs> {
  return loadInputs(
    Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  );
}

const action = parse(readFileSync(resolve(import.meta.dirname, '../action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
};

describe('the inputs of the Action', () => {
  it('without any, test the default configuration against the cached baseline', () => {
    expect(load({})).toEqual({
      mode: 'job',
      parts: undefined,
      target: { kind: 'config', file: undefined },
      workingDirectory: '.',
      environment: undefined,
      suites: [],
      filter: [],
      tags: [],
      shard: undefined,
      failOn: undefined,
      timeoutMs: undefined,
      baseline: 'cache',
      baselineKey: 'default',
      baselinePath: undefined,
      compare: undefined,
      setupCommand: undefined,
      comment: 'auto',
      commentKey: 'default',
      checkRun: 'auto',
      retentionDays: undefined,
      token: '',
      allowUnsafeTarget: false,
    });
  });

  it('are each read by the name that action.yml gives them, and no others', () => {
    const asked = new Set<string>();
    const env = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          asked.add(String(name));
          return undefined;
        },
      },
    );
    loadInputs(env);
    expect([...asked].toSorted()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `INPUT_${name.toUpperCase()}`)
        .toSorted(),
    );
  });

  it('have defaults in action.yml that are right', () => {
    const literal = Object.entries(action.inputs)
      .map(([name, input]) => [name, input.default] as const)
      .filter(([, value]) => !value.includes('${{'));
    expect(load(Object.fromEntries(literal))).toMatchObject({ ...load({}), timeoutMs: 30 * 60_000 });
  });

  it('take lists with commas, lines and blanks, and tests a line each, since their ids hold commas', () => {
    const read = load({
      run: 'benchmark, test',
      suite: 'one, two\nthree\n',
      tags: '!slow,smoke',
      filter: 'a/sum [a=1, b=2]\n  echo-*  \n',
      'fail-on': 'tests, regressions:warning',
      shard: '2/4',
      'timeout-minutes': '1.5',
      'retention-days': '7',
    });
    expect(read).toMatchObject({
      parts: ['test', 'benchmark'],
      suites: ['one', 'two', 'three'],
      tags: ['!slow', 'smoke'],
      filter: ['a/sum [a=1, b=2]', 'echo-*'],
      failOn: ['tests', 'regressions:warning'],
      shard: { index: 2, count: 4 },
      timeoutMs: 90_000,
      retentionDays: 7,
    });
  });

  it('name a server by its command or its URL instead of a configuration', () => {
    expect(load({ 'server-command': 'node a.js' }).target).toEqual({
      kind: 'command',
      commandLine: 'node a.js',
    });
    expect(load({ 'server-url': 'https://x.test/mcp' }).target).toEqual({
      kind: 'url',
      url: 'https://x.test/mcp',
    });
  });

  it.each<[inputs: Record<string, string>, message: string]>([
    [{ run: 'tests' }, 'input run: "tests" is not one of test, compliance, benchmark, audit, merge, comment'],
    [{ run: 'merge,test' }, 'input run: merge stands alone, not in "merge,test"'],
    [{ baseline: 'chache' }, 'input baseline: "chache" is not one of cache, artifact, file, none'],
    [{ comment: 'yes' }, 'input comment: "yes" is not one of auto, always, on-change, never'],
    [{ 'fail-on': 'regression' }, 'input fail-on: "regression" is not one of tests, regressions,'],
    [{ 'fail-on': 'never,tests' }, 'input fail-on: never stands alone, not in "never,tests"'],
    [{ 'allow-unsafe-target': 'yes' }, 'input allow-unsafe-target: "yes" is not one of true, false'],
    [{ 'timeout-minutes': 'soon' }, 'input timeout-minutes: "soon" is not a number from 0 to 8640'],
    [{ 'retention-days': '91' }, 'input retention-days: "91" is not a number from 1 to 90'],
    [{ 'retention-days': '1.5' }, 'input retention-days: "1.5" is not a whole number'],
    [{ shard: '5/4' }, 'input shard: "5/4" is not I/N with 1 <= I <= N'],
    [{ compare: '--upload-pack=x' }, 'input compare: "--upload-pack=x" is neither merge-base nor a branch'],
    [
      { 'server-url': 'localhost:3000' },
      'input server-url: "localhost:3000" is no http, https, ws or wss URL',
    ],
    [{ config: 'a.yaml', 'server-url': 'http://a' }, 'input server-url: config is given too'],
    [{ 'server-command': 'x', suite: 'a' }, 'input suite: means nothing with server-command'],
    [{ 'server-command': 'x', run: 'test' }, 'input run: test needs a configuration, not server-command'],
    [{ 'setup-command': 'make' }, 'input setup-command: means nothing without compare'],
    [{ compare: 'merge-base', run: 'test' }, 'input compare: means nothing with run: test'],
    [{ compare: 'main', 'server-url': 'http://a' }, 'input compare: means nothing with server-url'],
    [{ 'baseline-path': 'a' }, 'input baseline-path: means nothing with baseline: cache'],
    [{ 'baseline-key': 'a\nb' }, 'input baseline-key: "a b" is not one line of at most 200 characters'],
    [{ matrix: '{' }, 'input matrix: it is not JSON'],
  ])('refuse %j', (inputs, message) => {
    expect(() => load(inputs)).toThrow(message);
  });

  it('say the nearest value, and everything that is wrong at once', () => {
    expect(() => load({ baseline: 'chache' })).toThrow(
      expect.objectContaining({ hint: 'Did you mean cache?' }) as Error,
    );
    expect(() => load({ baseline: 'x', comment: 'y' })).toThrow(
      /^2 errors: input baseline: .*; input comment: /,
    );
  });

  it('keep a merged comment apart from those of the jobs', () => {
    expect(load({ run: 'merge' }).commentKey).toBe('merged');
    expect(load({ run: 'merge', 'comment-key': 'all' }).commentKey).toBe('all');
  });
});
