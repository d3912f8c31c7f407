import type { Annotation } from './types.ts';

const shownOfAType = 10;
const longestMessage = 4096;
const levels = new Set(['error', 'warning', 'notice']);
const known = new Set([
  ...levels,
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'stop-commands',
  'echo',
  'set-output',
  'save-state',
]);

/** Reads the log of one stage as the runner does: annotations, masks, what stops commands; the rest is log. */
export class WorkflowCommands {
  readonly annotations: Annotation[] = [];
  readonly log: string[] = [];
  readonly #stage: string;
  readonly #workspace: string;
  readonly #masker: Masker;
  #stopToken: string | undefined;

  constructor(options: { readonly stage: string; readonly workspace: string; readonly masker: Masker }) {
    this.#stage = options.stage;
    this.#workspace = options.workspace;
    this.#masker = options.masker;
  }

  line(text: string): void {
    const command = parseCommand(text);
    if (this.#stopToken !== undefined) {
      if (text.trimStart().startsWith(`::${this.#stopToken}::`)) this.#stopToken = undefined;
      this.#write(text);
    } else if (command === undefined) this.#write(text);
    else this.#execute(command);
  }

  annotate(type: Annotation['type'], message: string, place: Partial<Annotation> = {}): void {
    const shown = this.annotations.filter((one) => one.type === type).length < shownOfAType;
    const text = this.#masker.mask(message).slice(0, longestMessage);
    this.annotations.push({ ...place, type, message: text, stage: this.#stage, shown });
    this.#write(`##[${type}]${message}`);
  }

  #execute({ name, properties, data }: Command): void {
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice': {
        const file = properties['file'];
        this.annotate(name, data, {
          ...(properties['title'] === undefined ? {} : { title: this.#masker.mask(properties['title']) }),
          ...(file === undefined ? {} : { file: this.#masker.mask(this.#relative(file)) }),
          ...numbered('line', properties['line']),
          ...numbered('col', properties['col']),
        });
        return;
      }
      case 'add-mask':
        this.#masker.add(data);
        return;
      case 'stop-commands':
        this.#stopToken = data;
        return;
      case 'group':
        this.#write(`##[group]${data}`);
        return;
      case 'endgroup':
        this.#write('##[endgroup]');
        return;
      case 'debug':
      case 'echo':
        return;
      default:
        this.annotate('warning', `The \`${name}\` command is deprecated and will be disabled soon.`);
    }
  }

  #relative(file: string): string {
    return file.startsWith(`${this.#workspace}/`) ? file.slice(this.#workspace.length + 1) : file;
  }

  #write(text: string): void {
    for (const line of text.split('\n')) this.log.push(this.#masker.mask(line));
  }
}

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

function parseCommand(line: string): Command | undefined {
  const match = /^\s*::([a-zA-Z-]+)(?: (.*?))?::(.*)$/s.exec(line);
  const [, name = '', list = '', data = ''] = match ?? [];
  if (!known.has(name.toLowerCase())) return undefined;
  const properties = list
    .split(',')
    .map((pair) => /^\s*(\w+)=(.*)$/s.exec(pair))
    .filter((pair) => pair !== null)
    .map(([, key = '', value = '']) => [key.toLowerCase(), unescapeProperty(value)] as const);
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(properties),
    data: unescapeData(data),
  };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

function numbered(name: 'line' | 'col', text: string | undefined): Partial<Annotation> {
  return text !== undefined && /^\d+$/.test(text) ? { [name]: Number(text) } : {};
}

/** Registered secrets, hidden in everything shown, in the forms that the runner looks for too. */
export class Masker {
  readonly #values = new Set<string>();

  add(value: string): void {
    for (const line of value.split(/\r?\n/)) if (line.trim() !== '') this.#values.add(line);
  }

  mask(text: string): string {
    let masked = text;
    for (const form of this.#forms()) masked = masked.replaceAll(form, '***');
    return masked;
  }

  /** Whether a text holds one of them. */
  isIn(text: string): boolean {
    return this.#forms().some((form) => text.includes(form));
  }

  #forms(): readonly string[] {
    return [...this.#values]
      .flatMap((value) => [
        value,
        Buffer.from(value).toString('base64'),
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value.toWellFormed()),
      ])
      .sort((one, other) => other.length - one.length);
  }
}
