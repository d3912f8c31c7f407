import type { DocumentParts } from '@mcp-test-harness/report';
import type { Summarised } from '../summarise/summarise-tests.ts';
import type { RunJob } from '../messages.ts';

/** What a kind of run is given besides its job. */
export interface RunPort {
  /** Aborted: end what goes on, and tell what was found until now. */
  readonly signal: AbortSignal;
  readonly onServer: (name: string, pid: number) => void;
}

/** A report under the name of its file, made piece by piece. */
export interface RenderedReport {
  readonly name: string;
  readonly parts: DocumentParts;
}

/** What came of a run. */
interface CarriedOut extends Summarised {
  readonly reports: readonly RenderedReport[];
  /** It was stopped before it was whole. */
  readonly interrupted: boolean;
}

/** Carries a run out. What servers do is in what it gives; it throws for what keeps it from being carried out. */
export type RunCarrier = (job: RunJob, port: RunPort) => Promise<CarriedOut>;
