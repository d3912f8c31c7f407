import { HarnessError } from '@mcp-test-harness/core/errors';
import { genesis, isSigned, readHead, readLine, writeHead, type ChainPoint, type Head } from './chain.ts';
import { headOf, type AuditFiles } from './files.ts';

/** Where writing goes on. */
export interface Resumed {
  readonly point: ChainPoint;
  /** Of the file that is written to; 0 when it has to be begun. */
  readonly sizeBytes: number;
  /** What a crash had left at the end and was cut off: a line that nobody was told was written. */
  readonly droppedBytes: number;
  /** Whole lines beyond the head: written, and then the process died before it could say so. */
  readonly adopted: number;
}

/**
 * Finds the end of a log, by its head: who cuts the file at its end leaves the head, who removes the head leaves a file
 * without one. Both are refused, since to write on would hide it.
 * @throws HarnessError IO_READ when the log is not as it was left
 */
export async function resumeLog(file: string, key: Buffer, files: AuditFiles): Promise<Resumed> {
  const headText = await files.readText(headOf(file));
  const found = await files.stat(file);
  const sizeBytes = found?.sizeBytes ?? 0;
  if (found !== undefined) requireMode(file, found.mode);
  if (headText === undefined) {
    if (sizeBytes > 0) throw notAsLeft(file, `its head, ${headOf(file)}, is missing`);
    return await beginFile(file, key, genesis, files);
  }
  const reading = readHead(key, headText);
  if (reading.state === 'broken') throw notAsLeft(headOf(file), reading.reason);
  const { head } = reading;
  // Rotated by another program, or truncated to nothing by it after a copy: verification asks for the earlier part.
  if (sizeBytes === 0) return await beginFile(file, key, head, files);
  if (sizeBytes < head.sizeBytes) {
    throw notAsLeft(
      file,
      `it has ${sizeBytes} bytes, and entry ${head.seq} ended at ${head.sizeBytes}: its end was cut off`,
    );
  }
  if (sizeBytes === head.sizeBytes) return { point: head, sizeBytes, droppedBytes: 0, adopted: 0 };
  return await adopt(file, key, head, files);
}

/**
 * The head is of the new file before its first line is written: a file that does not fit its head, or has none, is then
 * never one that a crash has made.
 */
export async function beginFile(
  file: string,
  key: Buffer,
  { seq, mac }: ChainPoint,
  files: AuditFiles,
): Promise<Resumed> {
  await files.replace(headOf(file), writeHead(key, { seq, mac, sizeBytes: 0 }));
  return { point: { seq, mac }, sizeBytes: 0, droppedBytes: 0, adopted: 0 };
}

/** Lines beyond the head are of a process that died between the two writes; the last may be torn. */
async function adopt(file: string, key: Buffer, head: Head, files: AuditFiles): Promise<Resumed> {
  const bytes = await files.readFrom(file, head.sizeBytes);
  let point: ChainPoint = head;
  let offset = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, offset)) {
    const line = readLine(bytes.toString('latin1', offset, end));
    if (line === undefined || line.seq !== point.seq + 1 || !isSigned(key, point, line))
      throw notAsLeft(file, `what stands behind entry ${point.seq} was not written by this log`);
    point = line;
    offset = end + 1;
  }
  const sizeBytes = head.sizeBytes + offset;
  const droppedBytes = bytes.length - offset;
  if (droppedBytes > 0) await files.truncate(file, sizeBytes);
  const { seq, mac } = point;
  // At once: a file that is renamed next must not hold entries that its head does not know of.
  if (seq > head.seq) await files.replace(headOf(file), writeHead(key, { seq, mac, sizeBytes }));
  return { point: { seq, mac }, sizeBytes, droppedBytes, adopted: seq - head.seq };
}

function requireMode(file: string, mode: number): void {
  if (process.platform === 'win32' || (mode & 0o022) === 0) return;
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: `the audit log ${file} may be written by others than its owner (mode ${mode.toString(8).padStart(4, '0')})`,
    hint: `chmod go-w ${file}`,
  });
}

function notAsLeft(file: string, reason: string): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `the audit log ${file} is not as it was left: ${reason}`,
    hint: '`mcp-test-harness audit-log verify FILE` says more. To go on, move the log, its parts and its head elsewhere as evidence: a new chain begins.',
  });
}
