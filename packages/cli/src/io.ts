/** The console, the environment and the clock of the command line: the one place that touches them. */

/** What commands may do to the outside. */
export interface Io {
  readonly stdout: (text: string) => void;
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
}

/** Reads the process once. `color`: from --color / --no-color, undefined when neither was given. */
export function createIo(options: { readonly color: boolean | undefined; readonly verbosity: number }): Io {
  const { env, stdout } = process;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env,
    cwd: process.cwd(),
    color: options.color ?? wantsColor(env, stdout.isTTY === true),
    interactive: stdout.isTTY === true && !isSet(env['CI']) && env['TERM'] !== 'dumb',
    columns: stdout.columns ?? 80,
    verbosity: options.verbosity,
    ci: isSet(env['CI']),
  };
}

/** https://no-color.org and the FORCE_COLOR convention; colours only on a terminal otherwise. */
function wantsColor(env: Io['env'], isTty: boolean): boolean {
  if (isSet(env['NO_COLOR'])) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return isTty && env['TERM'] !== 'dumb';
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
