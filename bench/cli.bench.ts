import type { RunResult } from '@mcp-test-harness/core';
import { mkdtemp, rm, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cliFile, comparePairs, everythingFile, runNode } from './commands.ts';
import type { Bench, BenchResult } from './define.ts';

const rawScript = resolve(import.meta.dirname, 'fixtures/raw-script.ts');
const echoServer = resolve(import.meta.dirname, 'fixtures/echo-stdio.ts');
const limitMb = 300;

type Exchange = readonly [method: string, params: object];

const echo: Exchange = ['tools/call', { name: 'echo', arguments: { message: 'hello' } }];

/** The same five exchanges, as requests and as tests. */
const fiveExchanges: readonly Exchange[] = [
  ['ping', {}],
  ['tools/list', {}],
  echo,
  ['tools/call', { name: 'get-sum', arguments: { a: 2, b: 3 } }],
  ['prompts/get', { name: 'simple-prompt' }],
];
const fiveTests = [
  { id: 'ping', method: 'ping' },
  {
    id: 'tools',
    method: 'tools/list',
    expected: { patterns: [{ key: 'result.tools', validation: { type: 'array_length', min: 10 } }] },
  },
  { id: 'echo', tool_name: 'echo', input_params: { message: 'hello' }, expected: { text: 'Echo: hello' } },
  { id: 'sum', tool_name: 'get-sum', input_params: { a: 2, b: 3 }, expected: { text: { contains: '5' } } },
  {
    id: 'prompt',
    method: 'prompts/get',
    params: { name: 'simple-prompt' },
    expected: { patterns: [{ key: 'result.messages', validation: { type: 'array_length', exact: 1 } }] },
  },
];

function configOf(serverArgs: readonly string[], suite: object): object {
  return {
    server: { command: process.execPath, args: serverArgs },
    global: { global_timeout_seconds: 600 },
    test_suites: [{ name: 'bench', ...suite }],
  };
}

async function withConfig<T>(config: object, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-test-harness-bench-'));
  try {
    await writeFile(join(folder, 'mcp-test-harness.yaml'), JSON.stringify(config));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runRaw(exchanges: readonly Exchange[]): ReturnType<typeof runNode> {
  return runNode([rawScript, everythingFile, JSON.stringify(exchanges)]);
}

/** Wall time of the whole commands, both with the start and the end of the server. */
async function compareFiveChecks(): Promise<BenchResult> {
  const config = configOf([everythingFile, 'stdio'], { test_cases: fiveTests });
  return withConfig(config, async (folder) => {
    const { ratio, oursMs, rawMs } = await comparePairs(
      async () => (await runNode([cliFile, 'test'], folder)).wallMs,
      async () => (await runRaw(fiveExchanges)).wallMs,
      11,
    );
    return {
      ratio,
      note: `ours ${Math.round(oursMs)} ms, raw ${Math.round(rawMs)} ms: ${(1 / ratio).toFixed(2)}x`,
    };
  });
}

/** Tests per second of the whole command, against calls per second of the whole script; both one after the other. */
async function compareEchoTests(): Promise<BenchResult> {
  const count = 200;
  const cases = Array.from({ length: count }, (_, number) => ({ number }));
  const config = configOf([everythingFile, 'stdio'], {
    parallel_execution: false,
    test_cases: [
      {
        id: 'echo',
        cases,
        tool_name: 'echo',
        input_params: { message: 'hello' },
        expected: { text: 'Echo: hello' },
      },
    ],
  });
  const exchanges = Array.from({ length: count }, () => echo);
  return withConfig(config, async (folder) => {
    const { ratio, oursMs, rawMs } = await comparePairs(
      async () => (await runNode([cliFile, 'test'], folder)).wallMs,
      async () => (await runRaw(exchanges)).wallMs,
      11,
    );
    const rate = (wallMs: number): string => `${Math.round((count / wallMs) * 1000)}/s`;
    const inside = await compareInside(folder, exchanges);
    return {
      ratio,
      note: `ours ${rate(oursMs)}, raw ${rate(rawMs)}; from the first test to the last alone ${inside.toFixed(2)}`,
    };
  });
}

/** The same without the start and the end of either process. */
async function compareInside(folder: string, exchanges: readonly Exchange[]): Promise<number> {
  const { ratio } = await comparePairs(
    async () => {
      await runNode([cliFile, 'test', '--report', 'json:out.json'], folder);
      return testsTook(JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as RunResult);
    },
    async () => Number((await runRaw(exchanges)).stdout),
    7,
  );
  return ratio;
}

/** From the beginning of the first test to the end of the last, in ms. */
function testsTook({ suites }: RunResult): number {
  const tests = suites.flatMap((suite) => suite.tests);
  const ends = tests.map((test) => Date.parse(test.startedAt) + test.durationMs);
  return Math.max(...ends) - Math.min(...tests.map((test) => Date.parse(test.startedAt)));
}

async function compareVersion(): Promise<BenchResult> {
  const { ratio, oursMs, rawMs } = await comparePairs(
    async () => (await runNode([cliFile, '--version'])).wallMs,
    async () => (await runNode(['-e', '0'])).wallMs,
    31,
  );
  return { ratio, note: `ours ${oursMs.toFixed(1)} ms, node -e 0 ${rawMs.toFixed(1)} ms` };
}

/** Peak resident memory of the harness process over 10,000 cases with JSON and JUnit reports. */
async function measureMemory(): Promise<BenchResult> {
  const count = 10_000;
  const config = configOf([echoServer], {
    test_cases: [
      {
        id: 'echo',
        cases: Array.from({ length: count }, (_, number) => ({ number })),
        tool_name: 'echo',
        input_params: { message: 'message number ${number}' },
        expected: { text: 'Echo: message number ${number}' },
      },
    ],
  });
  return withConfig(config, async (folder) => {
    const showPeak = `data:text/javascript,process.on('exit',()=>process._rawDebug(process.resourceUsage().maxRSS))`;
    const reports = ['--report', 'json:out.json', '--report', 'junit:out.xml'];
    const { stderr } = await runNode(['--import', showPeak, cliFile, 'test', ...reports], folder);
    const { totals } = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as RunResult;
    if (totals.passed !== count) throw new Error(`${totals.passed} of ${count} cases passed`);
    const peakMb = Number(stderr.trim().split('\n').at(-1)) / 1024;
    return { ratio: limitMb / peakMb, note: `${Math.round(peakMb)} MiB of ${limitMb}` };
  });
}

export default [
  { name: 'five checks on server-everything', minRatio: 1 / 1.4, aim: 1 / 1.3, run: compareFiveChecks },
  { name: '200 echo tests', minRatio: 0.85, aim: 0.9, run: compareEchoTests },
  { name: '--version', minRatio: 1 / 1.3, aim: 1 / 1.2, run: compareVersion },
  { name: 'memory of 10,000 cases', minRatio: 1, aim: 1.2, run: measureMemory },
] satisfies Bench[];
