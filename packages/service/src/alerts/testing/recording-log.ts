import type { Logger } from '../../logging/define.ts';

/** A log that keeps what it was told. */
export interface RecordingLog extends Logger {
  readonly lines: { readonly level: string; readonly event: string; readonly details: unknown }[];
}

export function recordingLog(): RecordingLog {
  const lines: RecordingLog['lines'] = [];
  const at =
    (level: string): Logger['info'] =>
    (event, details) =>
      void lines.push({ level, event, details });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
