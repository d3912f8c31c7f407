import { extname } from 'node:path';
import type { Program } from './run-program.ts';

/** Languages of scripts. */
export type ScriptLanguage = 'python' | 'node' | 'shell';

const extensions: Readonly<Record<string, ScriptLanguage>> = {
  '.py': 'python',
  '.js': 'node',
  '.mjs': 'node',
  '.cjs': 'node',
  '.ts': 'node',
  '.mts': 'node',
  '.cts': 'node',
  '.sh': 'shell',
  '.bash': 'shell',
};

/** The language of a file by its extension; undefined: it is a program of its own. */
export function languageOf(file: string): ScriptLanguage | undefined {
  return extensions[extname(file).toLowerCase()];
}

interface Interpreter {
  readonly candidates: Program['candidates'];
  /** Arguments that run a script given as text, before those of the script. */
  readonly forText: (text: string) => readonly string[];
}

const interpreters: Readonly<Record<ScriptLanguage, Interpreter>> = {
  python: {
    candidates: process.platform === 'win32' ? ['python', 'py', 'python3'] : ['python3', 'python'],
    forText: (text) => ['-c', text],
  },
  node: { candidates: [process.execPath, 'node'], forText: (text) => ['--eval', text, '--'] },
  shell: { candidates: ['bash', 'sh'], forText: (text) => ['-c', text, 'inline-script'] },
};

/** How a script file is started. */
export function programOfFile(
  file: string,
  language: ScriptLanguage | undefined,
  args: readonly string[],
): Program {
  if (language === undefined) return { candidates: [file], args };
  return { candidates: interpreters[language].candidates, args: [file, ...args] };
}

/** How a script in a string is started; `args` arrive as for a file, the first as `argv[1]`. */
export function programOfText(text: string, language: ScriptLanguage, args: readonly string[]): Program {
  const { candidates, forText } = interpreters[language];
  return { candidates, args: [...forText(text), ...args] };
}
