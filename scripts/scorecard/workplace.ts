import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a server finds around it: a home of its own, so that it sees and leaves nothing of ours. */
export interface Workplace {
  readonly home: string;
  /** Where it works; a text is in it. */
  readonly folder: string;
  /** Names a cluster that does not answer, for servers that do not start without one. */
  readonly kubeconfig: string;
}

const cluster = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'none', cluster: { server: 'https://127.0.0.1:9' } }],
  users: [{ name: 'none', user: {} }],
  contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
  'current-context': 'none',
};

export async function makeWorkplace(): Promise<Workplace> {
  const home = await mkdtemp(join(tmpdir(), 'mcp-scorecard-'));
  const folder = join(home, 'folder');
  const kubeconfig = join(home, 'kubeconfig');
  await mkdir(folder);
  await writeFile(join(folder, 'notes.txt'), 'A text for servers that read files.\n');
  await writeFile(kubeconfig, JSON.stringify(cluster));
  return { home, folder, kubeconfig };
}

export async function clearWorkplace({ home }: Workplace): Promise<void> {
  await rm(home, { recursive: true, force: true });
}
