import { formatBytes } from '@mcp-test-harness/report/text';
import type { Message, NotifierContext } from '../define.ts';

export interface CollectedReports {
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
  /** Why some are missing. */
  readonly notes: readonly string[];
}

/** The reports that messages are about, as long as all of them together stay below a limit. */
export async function collectReports(
  messages: readonly Message[],
  readReport: NotifierContext['readReport'],
  limitBytes: number,
): Promise<CollectedReports> {
  if (readReport === undefined) return { files: [], notes: [] };
  const files: { name: string; content: Uint8Array }[] = [];
  const notes: string[] = [];
  const paths = new Set(messages.flatMap(({ reportPath }) => reportPath ?? []));
  let room = limitBytes;
  for (const path of paths) {
    const end = path.lastIndexOf('/');
    const [folder, name] = [path.slice(0, Math.max(0, end)), path.slice(end + 1)];
    const content = await readReport(folder, name).catch(() => {
      notes.push(`The report ${path} could not be read.`);
      return undefined;
    });
    if (content === undefined) continue;
    if (content.length > room) {
      notes.push(`The report ${path} is not attached: it has ${formatBytes(content.length)}.`);
      continue;
    }
    room -= content.length;
    files.push({
      name: files.some((file) => file.name === name) ? `${files.length + 1}-${name}` : name,
      content,
    });
  }
  return { files, notes };
}
