import { HarnessError, HarnessErrorList, isHarnessError } from '../errors.ts';
import type { ErrorCode, SourceLocation } from '../errors.ts';
import { frameOf, locationOf } from './source.ts';
import type { Span } from './source.ts';

export interface Warning {
  readonly message: string;
  readonly location?: SourceLocation | undefined;
}

/** Gathers everything that is wrong with a configuration, so that all of it is reported at once. */
export class Problems {
  readonly #errors: HarnessError[] = [];
  readonly warnings: Warning[] = [];

  get count(): number {
    return this.#errors.length;
  }

  /** Adds an error that points at a span. */
  add(
    code: ErrorCode,
    span: Span,
    message: string,
    more: { readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ): void {
    this.addError(problemAt(code, span, message, more));
  }

  addError(error: HarnessError): void {
    if (this.#errors.some((known) => sameProblem(known, error))) return;
    this.#errors.push(error);
  }

  warn(span: Span, message: string): void {
    this.warnings.push({ message, location: locationOf(span) });
  }

  /** Runs a step; what it throws on purpose is gathered. Resolves to undefined when it threw. */
  async attempt<T>(step: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      const list = 'errors' in error ? (error.errors as readonly HarnessError[]) : [error];
      for (const one of list) this.addError(one);
      return undefined;
    }
  }

  /**
   * Does nothing when all is well.
   * @throws HarnessErrorList with every error gathered, in the order of file and line.
   */
  throwIfAny(): void {
    const order = new Map<string, number>();
    for (const { location } of this.#errors) {
      if (location !== undefined && !order.has(location.file)) order.set(location.file, order.size);
    }
    const rank = (error: HarnessError): readonly number[] => {
      const { location } = error;
      return location === undefined
        ? [-1, 0, 0]
        : [order.get(location.file) ?? 0, location.line, location.column];
    };
    const [first, ...rest] = this.#errors.toSorted((a, b) => compare(rank(a), rank(b)));
    if (first !== undefined) throw new HarnessErrorList([first, ...rest]);
  }
}

/** An error with the location and caret frame of a span. */
export function problemAt(
  code: ErrorCode,
  span: Span,
  message: string,
  more: { readonly hint?: string | undefined; readonly cause?: unknown } = {},
): HarnessError {
  return new HarnessError({
    code,
    message,
    hint: more.hint,
    cause: more.cause,
    location: locationOf(span),
    frame: frameOf(span),
  });
}

function sameProblem(a: HarnessError, b: HarnessError): boolean {
  return (
    a.message === b.message &&
    a.location?.file === b.location?.file &&
    a.location?.line === b.location?.line &&
    a.location?.column === b.location?.column
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
