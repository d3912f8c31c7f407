/**
 * Folders and files of reports. Below the directory of the configuration no symbolic link is followed: whoever can make
 * one there must not have files written, read or removed elsewhere.
 */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const folderMode = 0o750;
const fileMode = 0o640;
/** Windows has no such flag, and its links need a privilege. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Makes a folder below the directory of reports, and what is missing on the way.
 * @param path relative, its segments our own words
 * @returns the absolute path
 * @throws HarnessError IO_WRITE
 */
export async function makeReportFolder(outputDir: string, path: string): Promise<string> {
  try {
    await makeFolder(outputDir, { recursive: true });
    // That one is the administrator's, and may be a link.
    let folder = await realpath(outputDir);
    for (const segment of path.split('/')) {
      folder = join(folder, segment);
      await makeFolder(folder, { recursive: false });
      if (!(await lstat(folder)).isDirectory()) throw new Error(`${folder} is no directory`);
    }
    return folder;
  } catch (cause) {
    throw cannotWrite(join(outputDir, path), cause);
  }
}

/** The mode is set besides: the mask of the process would take from it what the group is to have. */
async function makeFolder(folder: string, { recursive }: { readonly recursive: boolean }): Promise<void> {
  try {
    const first = await mkdir(folder, { recursive, mode: folderMode });
    if (!recursive || first !== undefined) await chmod(folder, folderMode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Writes a file whole under another name, then renames it: a link of that name is replaced, not followed.
 * @throws HarnessError IO_WRITE
 */
export async function writeReportFile(folder: string, name: string, text: string): Promise<void> {
  const file = join(folder, name);
  const temporary = join(folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;
    const handle = await open(temporary, flags, fileMode);
    try {
      await handle.chmod(fileMode);
      await handle.writeFile(text, 'utf8');
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(file, cause);
  }
}

/**
 * The bytes of a file below the directory of reports; undefined when there is none, or a link stands on the way.
 * @param path relative, checked by the caller
 * @throws HarnessError IO_READ
 */
export async function readReportFile(outputDir: string, path: string): Promise<Buffer | undefined> {
  try {
    let place = await realpath(outputDir);
    const segments = path.split('/');
    for (const segment of segments.slice(0, -1)) {
      place = join(place, segment);
      if (!(await lstat(place)).isDirectory()) return undefined;
    }
    const handle = await open(join(place, segments.at(-1) ?? ''), constants.O_RDONLY | noFollow);
    try {
      return (await handle.stat()).isFile() ? await handle.readFile() : undefined;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) return undefined;
    throw new HarnessError({
      code: 'IO_READ',
      message: `cannot read ${join(outputDir, path)}: ${textOf(cause)}`,
      hint: 'Check that the user of this process may read the directory of reports.',
      cause,
    });
  }
}

function cannotWrite(place: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_WRITE',
    message: `cannot write ${place}: ${textOf(cause)}`,
    hint: `Check that the user of this process may write ${dirname(place)}, and that there is space.`,
    cause,
  });
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
