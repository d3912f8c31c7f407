import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isHarnessError } from '../errors.ts';
import type { CustomScript } from './expected.ts';
import { draftFailure } from './failure.ts';
import type { DraftFailure } from './failure.ts';
import { runProgram } from './run-program.ts';
import type { Program } from './run-program.ts';
import { languageOf, programOfFile, programOfText } from './script-program.ts';
import { judgeScript } from './script-verdict.ts';
import type { AssertionContext, Subject } from './types.ts';

const defaultTimeoutSeconds = 30;
const tailLimit = 1024 * 1024;
/** Longest argument that every system takes: Linux allows 128 KiB for one, Windows 32 K characters for all. */
const argumentLimitBytes = process.platform === 'win32' ? 16_000 : 100_000;

/**
 * Lets a program judge an answer. It reads `{response, context}` as JSON on stdin, and as its first argument when
 * that is short enough; it prints `{success, score, message}` as the last JSON object on stdout, or says all by its
 * exit code. Whatever it leaves running is killed.
 * @throws HarnessError CANCELLED or PROTOCOL_TIMEOUT when the context's signal ends it
 */
export async function checkCustomScript(
  script: CustomScript,
  subject: Subject,
  context: AssertionContext,
  configKey: string,
): Promise<readonly DraftFailure[]> {
  const name = script.script === undefined ? 'the inline script' : `the script ${basename(script.script)}`;
  const source = { key: 'response', type: 'custom_script', configKey };
  const input = JSON.stringify({ response: subject, context: describeContext(script, context) });
  const timeoutMs = (script.timeout_seconds ?? defaultTimeoutSeconds) * 1000;
  const args = Buffer.byteLength(input) < argumentLimitBytes ? [input] : [];
  try {
    const program = await findProgram(script, context, args);
    if (typeof program === 'string') return [draftFailure(source, program)];
    const result = await runProgram(program, {
      name,
      cwd: resolve(context.baseDir, script.working_dir ?? '.'),
      env: { ...context.env, ...script.env },
      timeoutMs,
      signal: context.signal,
      input,
      tailLimit,
      killLeftovers: true,
    });
    const fault = judgeScript(result, {
      expectedExitCode: script.expected_exit_code ?? 0,
      minScore: script.min_score,
      timeoutMs,
    });
    return fault === undefined ? [] : [draftFailure(source, `${name} ${fault}`)];
  } catch (error) {
    if (!isHarnessError(error) || error.code !== 'SCRIPT_FAILED') throw error;
    return [
      draftFailure(source, error.hint === undefined ? error.message : `${error.message}. ${error.hint}`),
    ];
  }
}

function describeContext(script: CustomScript, context: AssertionContext) {
  return {
    params: script.params ?? {},
    suite: context.suite,
    test: context.test,
    ...(context.step === undefined ? {} : { step: context.step }),
    variables: context.variables,
  };
}

/** The program, or what is wrong with the script. */
async function findProgram(
  { script, inline, language }: CustomScript,
  context: AssertionContext,
  args: readonly string[],
): Promise<Program | string> {
  if (script === undefined) {
    if (inline === undefined || language === undefined) return 'the inline script has no text or no language';
    return programOfText(inline, language, args);
  }
  const file = resolve(context.baseDir, script);
  const there = await access(file).then(
    () => true,
    () => false,
  );
  return there
    ? programOfFile(file, language ?? languageOf(file), args)
    : `the script ${file} does not exist`;
}
