import type { ProcessSample } from '../process-sample.ts';

/** A process that started when its pid says and uses nothing, but for what is given. */
export function sample(fields: Partial<ProcessSample> & { pid: number }): ProcessSample {
  return {
    parentPid: 1,
    groupId: 1,
    sessionId: 1,
    ended: false,
    startedAt: fields.pid,
    cpuMs: 0,
    endedChildrenCpuMs: 0,
    residentBytes: 0,
    peakResidentBytes: 0,
    ...fields,
  };
}
