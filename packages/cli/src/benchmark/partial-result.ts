import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { rmSync } from 'node:fs';
import { paint, type Io } from '../io.ts';
import { writeAtomically } from '../write-atomically.ts';
import { withoutSamples } from './without-samples.ts';

/** Writing is work that the measured server should not feel often. */
const leastMs = 5000;

/** What a benchmark run that was killed leaves: a result like any other that says that it is not whole. */
export class PartialResult {
  readonly #io: Io;
  #file: string | undefined;
  #isWritten = false;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  /** @param beside the first report; undefined: there is no file, and nothing is left */
  constructor(beside: string | undefined, io: Io) {
    this.#file = beside === undefined ? undefined : `${beside}.partial.json`;
    this.#io = io;
  }

  /** Never throws: a full disk is told when the reports are written. */
  keep(partial: () => BenchmarkResult): void {
    const now = performance.now();
    if (this.#file === undefined || now - this.#writtenAtMs < leastMs) return;
    try {
      writeAtomically(this.#file, [`${JSON.stringify(withoutSamples(partial()))}\n`]);
      this.#isWritten = true;
      this.#writtenAtMs = now;
    } catch (error) {
      this.#file = undefined;
      const { stderr } = this.#io;
      stderr(
        `${paint(this.#io, 'yellow', 'warning')}  what was measured so far cannot be kept: ${String(error)}\n`,
      );
    }
  }

  /** All is written elsewhere. */
  remove(): void {
    if (this.#isWritten && this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}
