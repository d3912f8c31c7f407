/** One process at one moment. */
export interface ProcessSample {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** It has ended and only waits to be reaped. */
  readonly ended: boolean;
  /** Tells it from a later process with the same pid; the unit does not matter, 0 when unknown. */
  readonly startedAt: number;
  readonly cpuMs: number;
  /** CPU time of its descendants that ended and were waited for. */
  readonly endedChildrenCpuMs: number;
  readonly residentBytes: number;
  readonly peakResidentBytes: number;
  /** Known only where listing gives it for free. */
  readonly command?: string | undefined;
}
