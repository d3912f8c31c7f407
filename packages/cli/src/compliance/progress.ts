import type { Check, ComplianceStart, RequirementResult } from '@mcp-test-harness/core/compliance';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

/** What is told while a server is judged. */
export interface Progress {
  readonly onStart: (start: ComplianceStart) => void;
  readonly onCheck: (check: Check) => void;
  readonly onResult: (result: RequirementResult) => void;
  /** Takes away what is redrawn. */
  close(): void;
}

/** A line that is redrawn on a terminal; elsewhere the head alone, since the whole follows. */
export function createProgress(io: Io): Progress {
  let total = 0;
  let done = 0;
  let broken = 0;
  const draw = (text: string): void => {
    if (io.interactive) io.stdout(`\r\u001B[2K${text}`);
  };
  return {
    onStart: (start) => {
      total = start.requirements;
      io.stdout(`${io.mask(describeStart(start, io))}\n\n`);
    },
    onCheck: ({ id }) => {
      const failures = broken === 0 ? '' : `  ${paint(io, 'red', `${broken} broken`)}`;
      draw(
        `${paint(io, 'dim', `${done}/${total}`)}  ${id.slice(0, Math.max(10, io.columns - 30))}${failures}`,
      );
    },
    onResult: ({ status, expected }) => {
      done += 1;
      if ((status === 'failed' || status === 'warning') && expected === undefined) broken += 1;
    },
    close: () => draw(''),
  };
}

function describeStart({ server, profile }: ComplianceStart, io: Io): string {
  const { name, version } = server.info;
  const title =
    typeof name === 'string' ? `${name}${typeof version === 'string' ? ` ${version}` : ''}` : server.name;
  const by = profile === undefined ? 'every requirement' : `profile ${profile.revision}/${profile.version}`;
  return `${paint(io, 'bold', visible(title))}  ${server.transport}, protocol ${server.revision}, ${by}`;
}
