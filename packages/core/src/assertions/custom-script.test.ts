import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLastJsonObject } from './script-verdict.ts';
import { runScript } from './run-script.ts';
import { judge, messagesOf, testContext, textSubject } from './testing/judge.ts';

let baseDir: string;
const env = process.env;
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'scripts-'));
});
afterAll(() => rm(baseDir, { recursive: true }));

const contextOf = (more: object = {}) => ({ ...testContext, baseDir, env, variables: { A: 1 }, ...more });
const judgeBy = (script: object, subject = textSubject('abc'), more: object = {}) =>
  messagesOf({ custom_scripts: [script] }, subject, { context: contextOf(more) });
const shell = (inline: string, more: object = {}) => judgeBy({ language: 'shell', inline, ...more });

/** True once no process has this in its command line. */
async function isGone(marker: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { stdout } = await runScript({
      script: 'bash -c "ps -eo args"',
      baseDir,
      env,
      timeoutMs: 10_000,
    });
    if (!stdout.split('\n').some((line) => line.startsWith('sleep') && line.includes(marker))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

describe('what a script is given', () => {
  const languages = {
    python: `import json, sys
data = json.load(sys.stdin)
same = json.loads(sys.argv[1]) == data
print(json.dumps({"success": False, "message": json.dumps([same, data["response"]["text"], data["context"]])}))`,
    node: `const { readFileSync } = require('node:fs');
const text = readFileSync(0, 'utf8');
const data = JSON.parse(text);
console.log(JSON.stringify({ success: false, message: JSON.stringify([process.argv.at(-1) === text, data.response.text, data.context]) }));`,
  };

  it.each(Object.entries(languages))(
    'response and context on stdin and in argv 1: %s, inline and as a file',
    async (language, source) => {
      const file = `script.${language === 'python' ? 'py' : 'cjs'}`;
      await writeFile(join(baseDir, file), source);
      for (const script of [{ language, inline: source }, { script: file }]) {
        const [message = ''] = await judgeBy({ ...script, params: { p: [1] } }, textSubject('abc'), {
          step: 's',
        });
        const [same, text, context] = JSON.parse(message.slice(message.indexOf('['))) as unknown[];
        expect([same, text]).toEqual([true, 'abc']);
        expect(context).toEqual({
          params: { p: [1] },
          suite: 'suite',
          test: 'test',
          step: 's',
          variables: { A: 1 },
        });
      }
    },
  );

  it('the environment, its own variables, its working directory', async () => {
    expect(await shell('echo "$X $PWD" >&2; exit 1', { env: { X: 'y' }, working_dir: '/' })).toEqual([
      'the inline script exited with code 1, expected 0; stderr:\ny /',
    ]);
  });

  it('no argument when the answer is long, but all of it on stdin', async () => {
    const subject = textSubject('x'.repeat(300_000));
    const inline = 'echo "$# $(wc -c)" >&2; exit 1';
    const [message = ''] = await judgeBy({ language: 'shell', inline }, subject);
    expect(message).toMatch(/stderr:\n0 [36]\d{5}$/);
  });

  it('it need not read its input', async () => {
    expect(
      await judgeBy({ language: 'shell', inline: 'exec <&-; exit 0' }, textSubject('x'.repeat(3_000_000))),
    ).toEqual([]);
  });
});

describe('how a script decides', () => {
  it.each([
    ['exit 0', {}],
    ['echo plain words', {}],
    ['echo \'{"success": true}\'', {}],
    ['echo working...; echo \'{"success": true, "score": 1}\'; echo bye', { min_score: 1 }],
    ['printf \'{\\n  "success": true,\\n  "details": {"a": {}}\\n}\\n\'', {}],
    ['echo \'{"score": 0.9}\'', { min_score: 0.5 }],
    ['exit 3', { expected_exit_code: 3 }],
  ])('%s holds', async (inline, more) => {
    expect(await shell(inline, more)).toEqual([]);
  });

  it.each([
    ['echo why >&2; exit 3', {}, 'exited with code 3, expected 0; stderr:\nwhy'],
    [
      'echo \'{"success": false, "message": "three of four", "score": 0.75}\'',
      {},
      'reported failure with the score 0.75: three of four',
    ],
    [
      'echo \'{"success": true, "score": 0.4, "message": "meagre"}\'',
      { min_score: 0.5 },
      'gave the score 0.4, below min_score 0.5: meagre',
    ],
    [
      'echo \'{"success": true}\'',
      { min_score: 0.5 },
      'printed no score, and min_score is 0.5: { success: true }',
    ],
    ['true', { min_score: 0.5 }, 'printed no {success, score, message}, and min_score is 0.5'],
    ['echo \'{"success": "false"}\'', {}, 'printed success: "false", which is neither true nor false'],
    ['echo \'{"ok": true}\'', {}, 'printed JSON without success: { ok: true }'],
    [
      'echo "{\'success\': False}"',
      {},
      'printed something that is not the JSON {success, score, message}: "{\'success\': False}"',
    ],
    ['exit 0', { expected_exit_code: 3 }, 'exited with code 0, expected 3'],
    ['kill -9 $$', {}, 'was ended by SIGKILL, expected 0'],
  ])('%s fails', async (inline, more, message) => {
    expect(await shell(inline, more)).toEqual([`the inline script ${message}`]);
  });

  it('is one failure with its place', async () => {
    const found = await judge(
      {
        custom_scripts: [
          { language: 'shell', inline: 'exit 0' },
          { language: 'shell', inline: 'exit 1' },
        ],
      },
      textSubject(''),
      { context: contextOf() },
    );
    expect(found).toMatchObject([
      {
        key: 'response',
        type: 'custom_script',
        configKey: 'expected.custom_scripts[1]',
        severity: 'failure',
      },
    ]);
  });
});

describe('what may go wrong', () => {
  it('names a script, a directory, an interpreter that is not there', async () => {
    expect(await judgeBy({ script: 'missing.py' })).toEqual([
      `the script ${join(baseDir, 'missing.py')} does not exist`,
    ]);
    expect(await shell('exit 0', { working_dir: 'nowhere' })).toEqual([
      expect.stringContaining(`its working directory ${join(baseDir, 'nowhere')} does not exist`),
    ]);
    expect(
      await judgeBy({ language: 'python', inline: '1' }, textSubject(''), { env: { PATH: baseDir } }),
    ).toEqual([
      'the inline script could not be started: python3 was not found (nor python). Install python3, or see to it that it is on PATH.',
    ]);
  });

  it('kills the whole tree when the time is up', async () => {
    const marker = '1000.25';
    const begin = performance.now();
    const found = await shell(`trap '' TERM; sleep ${marker} & sleep ${marker}; sleep ${marker}`, {
      timeout_seconds: 0.3,
    });
    expect(found).toEqual(['the inline script did not end within 0.3 s']);
    expect(performance.now() - begin).toBeLessThan(15_000);
    expect(await isGone(marker)).toBe(true);
  });

  it('does not wait for what the script leaves behind, and kills it', async () => {
    const marker = '1000.5';
    const begin = performance.now();
    expect(await shell(`sleep ${marker} & exit 0`)).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(15_000);
    expect(await isGone(marker)).toBe(true);
  });

  it('keeps the end of a flood of output', async () => {
    const inline = 'yes 0123456789 | head -c 50000000; echo; echo \'{"success": true}\'';
    expect(await shell(inline)).toEqual([]);
  });

  it('stops when the run is cancelled', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const context = contextOf({ signal: controller.signal });
    const cut = judge({ custom_scripts: [{ language: 'shell', inline: 'sleep 1000.75' }] }, textSubject(''), {
      context,
    });
    await expect(cut).rejects.toMatchObject({ code: 'CANCELLED' });
    const late = judge(
      { custom_scripts: [{ language: 'shell', inline: 'sleep 1000.75' }] },
      textSubject(''),
      {
        context: contextOf({ signal: AbortSignal.timeout(100) }),
      },
    );
    await expect(late).rejects.toMatchObject({ code: 'PROTOCOL_TIMEOUT' });
    expect(await isGone('1000.75')).toBe(true);
  });
});

describe('findLastJsonObject', () => {
  it.each([
    ['', undefined],
    ['no json', undefined],
    ['{"a":1}\n{"b":{"c":2}}', { b: { c: 2 } }],
    ['{\n "a": {\n  "b": 1\n }\n}', { a: { b: 1 } }],
    ['log {"a":1}', { a: 1 }],
    ['{"a":1}\nbye }', { a: 1 }],
    ['{"a":"}"}', { a: '}' }],
    ['[1]', undefined],
    [`${'{'.repeat(10_000)}}`, {}],
  ])('%j', (text, found) => {
    expect(findLastJsonObject(text)).toEqual(found);
  });
});

describe('runScript', () => {
  const run = (script: string, timeoutMs = 10_000) => runScript({ script, baseDir, env, timeoutMs });

  it('runs a script by its extension, with arguments, in its directory', async () => {
    await writeFile(join(baseDir, 'setup one.sh'), 'echo "$PWD $1 $2"; echo oops >&2; exit 4');
    await writeFile(join(baseDir, 'setup.mjs'), 'console.log(process.argv[2])');
    expect(await run('"setup one.sh" a "b c"')).toMatchObject({
      exitCode: 4,
      signal: null,
      timedOut: false,
      stdout: `${baseDir} a b c\n`,
      stderr: 'oops\n',
    });
    expect(await run('setup one.sh')).toMatchObject({ exitCode: 4 });
    expect(await run('./setup.mjs x')).toMatchObject({ exitCode: 0, stdout: 'x\n' });
  });

  it('runs a program of its own, or one on PATH', async () => {
    await writeFile(join(baseDir, 'setup'), '#!/bin/sh\necho own');
    await expect(run('./setup')).rejects.toMatchObject({
      code: 'SCRIPT_FAILED',
      hint: expect.stringContaining('chmod +x'),
    });
    await chmod(join(baseDir, 'setup'), 0o755);
    expect(await run('./setup')).toMatchObject({ stdout: 'own\n' });
    expect(await run('node --version')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^v\d/) });
  });

  it('leaves a service running that the script has started, and does not wait for it', async () => {
    const begin = performance.now();
    await writeFile(join(baseDir, 'service.sh'), 'sleep 1000.125 & echo $! > service.pid');
    expect(await run('service.sh')).toMatchObject({ exitCode: 0 });
    expect(performance.now() - begin).toBeLessThan(10_000);
    const pid = Number(await readFile(join(baseDir, 'service.pid'), 'utf8'));
    expect(process.kill(pid, 'SIGKILL')).toBe(true);
  });

  it('ends a script when its time is up', async () => {
    expect(await run('sleep 1000.375', 200)).toMatchObject({
      timedOut: true,
      exitCode: null,
      signal: 'SIGTERM',
    });
  });

  it('keeps the last 64 KiB', async () => {
    await writeFile(join(baseDir, 'loud.sh'), 'yes | head -c 1000000; echo end');
    const { stdout } = await run('loud.sh');
    expect(stdout).toHaveLength(64 * 1024);
    expect(stdout.endsWith('end\n')).toBe(true);
  });

  it('names what is not there', async () => {
    await expect(run('missing.sh')).rejects.toMatchObject({
      code: 'SCRIPT_FAILED',
      message: `the script ${join(baseDir, 'missing.sh')} does not exist`,
    });
    await expect(run('no-such-program-here')).rejects.toMatchObject({
      code: 'SCRIPT_FAILED',
      message: expect.stringContaining('no-such-program-here was not found'),
    });
  });
});
