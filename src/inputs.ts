/** The inputs of the Action: read once, all of them, into one typed value. Nothing else reads an input. */
import { HarnessError, HarnessErrorList } from '@mcp-test-harness/core/errors';
import { failOnWords } from '@mcp-test-harness/core/fail-on-words';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { defaultKey } from './default-key.ts';

/** What a job can run. */
const partNames = ['test', 'compliance', 'benchmark', 'audit'] as const;
export type PartName = (typeof partNames)[number];

/** What stands alone: it works with what other jobs have found. */
const gatheringModes = ['merge', 'comment'] as const;

const commentModes = ['auto', 'always', 'on-change', 'never'] as const;
const baselineKinds = ['cache', 'artifact', 'file', 'none'] as const;

type Mode = 'job' | (typeof gatheringModes)[number];
export type CommentMode = (typeof commentModes)[number];
type BaselineKind = (typeof baselineKinds)[number];

/** How the server under test is named. */
type Target =
  | { readonly kind: 'config'; readonly file: string | undefined }
  | { readonly kind: 'command'; readonly commandLine: string }
  | { readonly kind: 'url'; readonly url: string };

export interface Inputs {
  readonly mode: Mode;
  /** Undefined: as the target suggests. */
  readonly parts: readonly PartName[] | undefined;
  readonly target: Target;
  readonly workingDirectory: string;
  readonly environment: string | undefined;
  readonly suites: readonly string[];
  readonly filter: readonly string[];
  readonly tags: readonly string[];
  readonly shard: { readonly index: number; readonly count: number } | undefined;
  /** Undefined: as the configuration says. */
  readonly failOn: readonly string[] | undefined;
  /** Undefined: no limit. */
  readonly timeoutMs: number | undefined;
  readonly baseline: BaselineKind;
  readonly baselineKey: string;
  readonly baselinePath: string | undefined;
  readonly compare: string | undefined;
  readonly setupCommand: string | undefined;
  readonly comment: CommentMode;
  readonly commentKey: string;
  readonly checkRun: 'auto' | 'never';
  readonly retentionDays: number | undefined;
  readonly token: string;
  readonly allowUnsafeTarget: boolean;
}

/** Longest key: it is a part of names that services limit. */
const longestKey = 200;

/**
 * Reads and checks everything.
 * @param env where the runner puts inputs, as `INPUT_<NAME>`
 * @throws HarnessError USAGE that names each input that is wrong, its value and what it may be
 */
export function loadInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const read = new InputReader(env);
  const [mode, parts] = read.run();
  const shard = read.shard();
  const suites = read.list('suite');
  const filter = read.lines('filter');
  const tags = read.list('tags');
  const baselinePath = read.optional('baseline-path');
  const compare = read.compare();
  const environment = read.optional('environment');
  const workingDirectory = read.optional('working-directory') ?? '.';
  const given = {
    config: read.optional('config'),
    command: read.optional('server-command'),
    url: read.optional('server-url'),
  };
  const baselineKey =
    read.key('baseline-key') ??
    defaultKey({
      matrix: read.matrix(),
      target: given.config,
      server: given.command ?? given.url,
      workingDirectory,
      environment,
      parts,
      shard,
      filters: [...suites, ...filter, ...tags],
    });
  const inputs: Inputs = {
    mode,
    parts,
    target: read.target(given),
    workingDirectory,
    environment,
    suites,
    filter,
    tags,
    shard,
    failOn: read.failOn(),
    timeoutMs: read.timeout(),
    baseline: read.choice('baseline', baselineKinds, 'cache'),
    baselineKey,
    baselinePath,
    compare,
    setupCommand: read.optional('setup-command'),
    comment: read.choice('comment', commentModes, 'auto'),
    commentKey: read.key('comment-key') ?? (mode === 'job' ? baselineKey : 'merged'),
    checkRun: read.choice('check-run', ['auto', 'never'], 'auto'),
    retentionDays: read.retentionDays(),
    token: read.optional('token') ?? '',
    allowUnsafeTarget: read.boolean('allow-unsafe-target'),
  };
  refuseNonsense(inputs, read);
  read.throwProblems();
  return inputs;
}

/** What one input means beside another one. A value that is taken and ignored would be a lie. */
function refuseNonsense(inputs: Inputs, read: InputReader): void {
  const { target, compare, setupCommand, baseline, baselinePath, parts } = inputs;
  if (setupCommand !== undefined && compare === undefined)
    read.refuse('setup-command', 'means nothing without compare', 'It makes the checkout of compare ready.');
  if (baselinePath !== undefined && baseline !== 'file')
    read.refuse('baseline-path', `means nothing with baseline: ${baseline}`, 'It belongs to baseline: file.');
  if (compare !== undefined && parts !== undefined && !parts.includes('benchmark'))
    read.refuse('compare', `means nothing with run: ${parts.join(',')}`, 'Only benchmarks are compared so.');
  if (compare !== undefined && target.kind === 'url')
    read.refuse('compare', 'means nothing with server-url', 'Only a server that is started here has a base.');
  if (target.kind === 'config') return;
  const way = target.kind === 'command' ? 'server-command' : 'server-url';
  const ofConfig = [
    ['suite', inputs.suites.length > 0],
    ['filter', inputs.filter.length > 0],
    ['tags', inputs.tags.length > 0],
    ['shard', inputs.shard !== undefined],
    ['environment', inputs.environment !== undefined],
  ] as const;
  for (const [name, isGiven] of ofConfig)
    if (isGiven) read.refuse(name, `means nothing with ${way}`, 'It belongs to a configuration.');
  if (parts?.includes('test') === true)
    read.refuse('run', `test needs a configuration, not ${way}`, 'Give config, or leave test away.');
}

/** Reads single inputs and gathers what is wrong with them, so that all is told at once. */
class InputReader {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #problems: HarnessError[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  refuse(name: string, problem: string, hint: string): void {
    this.#problems.push(
      new HarnessError({ code: 'USAGE', message: `input ${name}: ${printable(problem)}`, hint }),
    );
  }

  throwProblems(): void {
    const [first, ...others] = this.#problems;
    if (first !== undefined) throw others.length === 0 ? first : new HarnessErrorList([first, ...others]);
  }

  optional(name: string): string | undefined {
    const value = this.#env[`INPUT_${name.toUpperCase()}`]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  /** Separated by commas or lines. */
  list(name: string): readonly string[] {
    return split(this.optional(name), /[,\n]/);
  }

  lines(name: string): readonly string[] {
    return split(this.optional(name), /\n/);
  }

  choice<const T extends string>(name: string, known: readonly T[], otherwise: T): T {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    return this.#oneOf(name, value, known) ?? otherwise;
  }

  boolean(name: string): boolean {
    return this.choice(name, ['true', 'false'], 'false') === 'true';
  }

  run(): readonly [Mode, readonly PartName[] | undefined] {
    const words = this.list('run').flatMap(
      (word) => this.#oneOf('run', word, [...partNames, ...gatheringModes]) ?? [],
    );
    const alone = gatheringModes.find((mode) => words.includes(mode));
    if (alone === undefined) {
      const parts = partNames.filter((name) => words.includes(name));
      return ['job', parts.length === 0 ? undefined : parts];
    }
    if (words.length > 1)
      this.refuse('run', `${alone} stands alone, not in "${words.join(',')}"`, 'Give it a job of its own.');
    return [alone, undefined];
  }

  target({
    config,
    command,
    url,
  }: Readonly<Record<'config' | 'command' | 'url', string | undefined>>): Target {
    const ways = Object.entries({ config, 'server-command': command, 'server-url': url }).filter(
      ([, value]) => value !== undefined,
    );
    if (ways.length > 1)
      this.refuse(
        ways[1]?.[0] ?? '',
        `${ways[0]?.[0]} is given too`,
        'Name the server one way: config, server-command or server-url.',
      );
    if (command !== undefined) return { kind: 'command', commandLine: command };
    if (url === undefined) return { kind: 'config', file: config };
    if (!URL.canParse(url) || !/^(https?|wss?):/i.test(url))
      this.refuse('server-url', `"${url}" is no http, https, ws or wss URL`, 'As https://example.com/mcp.');
    return { kind: 'url', url };
  }

  shard(): Inputs['shard'] {
    const value = this.optional('shard');
    if (value === undefined) return undefined;
    const match = /^(\d{1,4})\/(\d{1,4})$/.exec(value);
    const [index, count] = [Number(match?.[1]), Number(match?.[2])];
    if (match !== null && index >= 1 && index <= count) return { index, count };
    this.refuse('shard', `"${value}" is not I/N with 1 <= I <= N`, 'As 1/4.');
    return undefined;
  }

  failOn(): readonly string[] | undefined {
    const words = this.list('fail-on').flatMap((word) => this.#oneOf('fail-on', word, failOnWords) ?? []);
    if (words.includes('never') && words.length > 1)
      this.refuse('fail-on', `never stands alone, not in "${words.join(',')}"`, 'Leave the others away.');
    return words.length === 0 ? undefined : words;
  }

  timeout(): number | undefined {
    const minutes = this.#number('timeout-minutes', 0, 360 * 24);
    return minutes === undefined || minutes === 0 ? undefined : minutes * 60_000;
  }

  retentionDays(): number | undefined {
    const days = this.#number('retention-days', 1, 90);
    if (days === undefined || Number.isInteger(days)) return days;
    this.refuse('retention-days', `"${days}" is not a whole number`, 'Whole days from 1 to 90.');
    return undefined;
  }

  /** What is a commit to git, and no option of it. */
  compare(): string | undefined {
    const value = this.optional('compare');
    if (value === undefined || /^[^\s\p{Cc}~^:?*[\\-][^\s\p{Cc}~^:?*[\\]{0,249}$/u.test(value)) return value;
    this.refuse('compare', `"${value}" is neither merge-base nor a branch, tag or commit`, 'As merge-base.');
    return undefined;
  }

  key(name: string): string | undefined {
    const value = this.optional(name);
    if (value === undefined || (value.length <= longestKey && !/\p{Cc}/u.test(value))) return value;
    this.refuse(name, `"${value}" is not one line of at most ${longestKey} characters`, 'As linux-node-24.');
    return undefined;
  }

  /** `toJSON(matrix)`: `null` where there is none. */
  matrix(): unknown {
    const value = this.optional('matrix');
    if (value === undefined) return undefined;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      this.refuse('matrix', 'it is not JSON', 'Leave it away: its default is right.');
      return undefined;
    }
  }

  #number(name: string, least: number, most: number): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d+(\.\d+)?$/.test(value) && number >= least && number <= most) return number;
    this.refuse(name, `"${value}" is not a number from ${least} to ${most}`, `As ${Math.max(least, 30)}.`);
    return undefined;
  }

  #oneOf<const T extends string>(name: string, value: string, known: readonly T[]): T | undefined {
    const found = known.find((one) => one === value);
    if (found === undefined)
      this.refuse(
        name,
        `"${value}" is not one of ${known.join(', ')}`,
        suggestName(value, known, { what: 'values' }),
      );
    return found;
  }
}

function split(value: string | undefined, separator: RegExp): readonly string[] {
  return (value ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A value as a message shows it: on one line, and not for ever. */
function printable(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
