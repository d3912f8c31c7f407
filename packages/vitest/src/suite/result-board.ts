import type { RunResult, TestResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';

/** Results as they come, and those who wait for them. */
export class ResultBoard {
  readonly #results = new Map<string, TestResult>();
  readonly #waiting = new Map<string, (result: TestResult) => void>();
  #expected: readonly string[] = [];

  expect(ids: readonly string[]): void {
    this.#expected = ids;
  }

  /** Whether every test that was expected has ended. */
  get isComplete(): boolean {
    return this.#expected.every((id) => this.#results.has(id));
  }

  post(result: TestResult): void {
    this.#results.set(result.id, result);
    this.#waiting.get(result.id)?.(result);
  }

  get(id: string): TestResult | undefined {
    return this.#results.get(id);
  }

  /** @throws HarnessError INTERNAL when the run ends without it, and what ends the run by force */
  async wait(id: string, finished: Promise<RunResult>): Promise<TestResult> {
    const known = this.#results.get(id);
    if (known !== undefined) return known;
    const posted = new Promise<TestResult>((resolve) => this.#waiting.set(id, resolve));
    return await Promise.race([posted, finished.then(() => this.#results.get(id) ?? missing(id))]);
  }
}

function missing(id: string): never {
  throw new HarnessError({ code: 'INTERNAL', message: `the run ended without a result of ${id}` });
}
