import { readdir, readFile } from 'node:fs/promises';

/** The environment variable by which a run's processes are found, wherever they moved to. */
export const tagVariable = 'MCP_SCORECARD_RUN';

/** Processes that carry the tag of a run. Linux only: elsewhere there is nothing to read, and none is found. */
export async function findTagged(
  tag: string,
): Promise<readonly { readonly pid: number; readonly command: string }[]> {
  const entries = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (pid) => {
        const [environment, command] = await Promise.all(
          ['environ', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
        );
        if (!environment?.split('\0').includes(`${tagVariable}=${tag}`)) return [];
        return [{ pid: Number(pid), command: command?.replaceAll('\0', ' ').trim() ?? '' }];
      }),
  );
  return found.flat();
}
