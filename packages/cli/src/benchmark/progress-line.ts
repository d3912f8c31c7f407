import type { BenchmarkProgress } from '@mcp-test-harness/core/benchmark';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

const redrawMs = 100;
/** Where nothing can be redrawn, a line now and then shows that we live. */
const sayMs = 15_000;

/** Shows on stderr how far a benchmark run has come. */
export interface ProgressLine {
  readonly onProgress: (progress: BenchmarkProgress) => void;
  /** Removes the line. */
  close(): void;
}

export function openProgressLine(io: Io): ProgressLine {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    onProgress(progress) {
      const now = performance.now();
      if (now - shownAtMs < (io.interactive ? redrawMs : sayMs)) return;
      const isFirst = shownAtMs === Number.NEGATIVE_INFINITY;
      shownAtMs = now;
      const line = describeProgress(progress);
      if (io.interactive) {
        io.stderr(`\r\u001B[K${paint(io, 'dim', line.slice(0, Math.max(20, io.columns - 1)))}`);
        isShown = true;
      } else if (!isFirst) io.stderr(`${line}\n`);
    },
    close() {
      if (isShown) io.stderr('\r\u001B[K');
      isShown = false;
    },
  };
}

/** `42 %, 0:35 left  stage 1, pair 3 of 8  core/echo`. */
function describeProgress({ phase, benchmark, done, leftMs }: BenchmarkProgress): string {
  const left = leftMs === undefined ? '' : `, ${clock(leftMs)} left`;
  return [
    `${Math.floor(done * 100)} %${left}`,
    phase,
    ...(benchmark === undefined ? [] : [visible(benchmark)]),
  ].join('  ');
}

function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
