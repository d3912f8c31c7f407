import type { Logger } from '../../logging/define.ts';

export interface LoggedLine {
  readonly level: keyof Logger;
  readonly event: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** A logger that remembers. */
export function rememberingLogger(): Logger & { readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const at =
    (level: keyof Logger): Logger['info'] =>
    (event, details) =>
      void lines.push({ level, event, details });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
