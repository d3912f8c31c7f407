import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failed, passed, type Finding } from './define.ts';

/** What the system says of a file system. */
export interface DiskSpace {
  readonly totalBytes: number;
  /** To others than root. */
  readonly freeBytes: number;
  /** 0 where the file system has no fixed number of them. */
  readonly totalFiles: number;
  readonly freeFiles: number;
}

/** Less than this, and the next night's reports may not fit. */
const leastBytes = 256 * 1024 * 1024;
const leastShare = 0.05;
const mebibyte = 1024 * 1024;

/** Of the directory, or the nearest above it that exists. */
export async function readDiskSpace(directory: string): Promise<DiskSpace> {
  try {
    const { blocks, bavail, bsize, files, ffree } = await statfs(directory);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize, totalFiles: files, freeFiles: ffree };
  } catch (error) {
    const above = dirname(directory);
    if (above === directory) throw error;
    return await readDiskSpace(above);
  }
}

export function judgeDiskSpace(directory: string, space: DiskSpace): Finding {
  const { totalBytes, freeBytes, totalFiles, freeFiles } = space;
  const percent = totalBytes === 0 ? 100 : (freeBytes / totalBytes) * 100;
  const said = `${directory}: ${Math.round(freeBytes / mebibyte)} MiB free, ${percent.toFixed(0)} %`;
  if (freeBytes < leastBytes || percent < leastShare * 100)
    return failed(said, 'Make room, or let reporting.retention_days and performance.retention_days be less.');
  if (totalFiles > 0 && freeFiles / totalFiles < leastShare)
    return failed(`${said}, but only ${freeFiles} of ${totalFiles} files are left`, 'Remove small files.');
  return passed(said);
}
