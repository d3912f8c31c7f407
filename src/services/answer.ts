import { ServiceError } from './fault.ts';

/**
 * Reads what GitHub answers member by member. Anything may come back (a proxy's page, an API of another age): what is
 * needed is checked, all else is never looked at.
 */
export class Answer {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path = 'the answer') {
    this.#value = value;
    this.#path = path;
  }

  at(name: string): Answer {
    const value = this.#value;
    const member =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined;
    return new Answer(member, `${this.#path}.${name}`);
  }

  string(): string {
    return typeof this.#value === 'string' ? this.#value : this.#refuse('a string');
  }

  integer(): number {
    return Number.isSafeInteger(this.#value) ? (this.#value as number) : this.#refuse('an integer');
  }

  list(): readonly Answer[] {
    return Array.isArray(this.#value)
      ? this.#value.map((item, index) => new Answer(item, `${this.#path}[${index}]`))
      : this.#refuse('a list');
  }

  optionalString(): string | undefined {
    return typeof this.#value === 'string' ? this.#value : undefined;
  }

  optionalInteger(): number | undefined {
    return Number.isSafeInteger(this.#value) ? (this.#value as number) : undefined;
  }

  isTrue(): boolean {
    return this.#value === true;
  }

  #refuse(wanted: string): never {
    throw new ServiceError('malformed', `${this.#path} is not ${wanted}`, { transient: true });
  }
}
