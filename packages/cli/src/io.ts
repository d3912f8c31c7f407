/** The console, the environment and the clock of the command line: the one place that touches them. */
import type { Masker } from '@mcp-test-harness/core/runner';
import { stripVTControlCharacters } from 'node:util';

/** What commands may do to the outside. */
export interface Io {
  /** Writes as it stands: documents for programs go here, so text is masked by {@link Io.mask} where it needs it. */
  readonly stdout: (text: string) => void;
  /** Writes text for people, secrets masked. */
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly color: boolean;
  /** stdout is a terminal that can redraw lines. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly verbosity: number;
  /** True on a CI system, where nothing is ever written that a person should look at first. */
  readonly ci: boolean;
  /** Replaces secrets by `***`, once they are known. */
  readonly mask: (text: string) => string;
  /** The same for a result of ours, of which the words that are ours stay. */
  readonly maskRecord: <T>(value: T) => T;
  /** Makes the secrets known besides those of before: from now on {@link Io.mask} and everything on stderr hides them. */
  readonly hide: (secrets: readonly string[]) => Promise<void>;
}

/** Reads the process once. `color`: from --color / --no-color, undefined when neither was given. */
export function createIo(options: { readonly color: boolean | undefined; readonly verbosity: number }): Io {
  const { env, stdout, stderr } = process;
  const forced = options.color ?? colorWish(env);
  let masker: Masker | undefined;
  const mask = (text: string): string => masker?.text(text) ?? text;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => {
      const masked = mask(text);
      // `color` speaks of stdout; `2> errors.log` on a terminal must not fill the file with codes.
      const plain = forced === undefined && !isTerminal(stderr);
      stderr.write(plain ? stripVTControlCharacters(masked) : masked);
    },
    env,
    cwd: process.cwd(),
    color: forced ?? (isTerminal(stdout) && env['TERM'] !== 'dumb'),
    interactive: isTerminal(stdout) && !isSet(env['CI']) && env['TERM'] !== 'dumb',
    columns: stdout.columns ?? 80,
    verbosity: options.verbosity,
    ci: isSet(env['CI']),
    mask,
    maskRecord: (value) => (masker === undefined ? value : masker.record(value)),
    hide: async (secrets) => {
      if (secrets.length === 0) return;
      const { createMasker } = await import('@mcp-test-harness/core/runner');
      masker ??= createMasker([]);
      for (const secret of secrets) masker.add(secret);
    },
  };
}

/** https://no-color.org and the FORCE_COLOR convention; undefined when the environment wishes nothing. */
function colorWish(env: Io['env']): boolean | undefined {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  return force === undefined ? undefined : force !== '0' && force !== 'false';
}

/** Streams that are none have no `isTTY` at all. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/** Wraps text in an SGR code when colours are on. */
export function paint(io: { readonly color: boolean }, style: keyof typeof styles, text: string): string {
  if (!io.color) return text;
  const [open, close] = styles[style];
  return `\u001B[${open}m${text}\u001B[${close}m`;
}

const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
