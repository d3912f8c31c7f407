import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import type { ServiceStats } from '@mcp-test-harness/service/checks';
import { readFile } from 'node:fs/promises';
import { configOptions, defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { resolvePath, type ConfigArguments } from '../load.ts';
import { loadServiceFromArguments } from '../load-service.ts';
import { readSeconds } from '../read-seconds.ts';
import { visible } from '../visible.ts';

export default defineCommand({
  name: 'stats',
  summary: 'Ask a running service for its memory, its queue and its notifications.',
  usage: '[--memory] [options]',
  details: `Asks the API, which needs the permission config:view; the key is read from
MCP_TEST_HARNESS_API_KEY or a file, and never from an argument. Without a service it ends with 3.

--memory tells what the service has (RSS, and the JavaScript heap within it), and what each tree
of processes of a server under test has: the second is what resource_limits.max_memory_mb limits.`,
  options: {
    ...configOptions,
    memory: { type: 'boolean', description: 'Memory only, in full.' },
    url: {
      type: 'string',
      value: 'URL',
      description: 'The API, e.g. https://harness.example.org:8443. Default: of the configuration.',
    },
    'key-file': { type: 'string', value: 'FILE', description: 'File with the API key.' },
    'ca-file': {
      type: 'string',
      value: 'FILE',
      description: "Certificate of the authority that has issued the API's.",
    },
    'client-cert': {
      type: 'string',
      value: 'FILE',
      description: 'Certificate, for an API that asks for one.',
    },
    'client-key': { type: 'string', value: 'FILE', description: 'Private key of --client-cert.' },
    timeout: { type: 'number', value: 'SECONDS', description: 'Time limit. Default: 10.' },
    json: { type: 'boolean', description: 'As JSON on stdout, for other programs.' },
  },
  examples: [
    { command: 'mcp-test-harness stats --memory', what: 'Who has the memory?' },
    {
      command: 'mcp-test-harness stats --url https://harness.example.org:8443 --key-file key.txt --json',
      what: 'From another machine',
    },
  ],
  async run({ options }, io) {
    const timeoutMs = readSeconds('timeout', options.timeout, 10);
    const { fetchStats } = await import('@mcp-test-harness/service/checks');
    const apiKey = await readKey(options['key-file'], io);
    if (apiKey !== undefined) await io.hide([apiKey]);
    const [ca, cert, key] = await Promise.all(
      [options['ca-file'], options['client-cert'], options['client-key']].map((file) => readText(file, io)),
    );
    const url = options.url ?? (await urlOfConfig(options, io));
    const stats = await fetchStats({ url, apiKey, ca, cert, key, timeoutMs });
    if (options.json === true)
      io.stdout(`${JSON.stringify(options.memory === true ? stats.memory : stats, undefined, 2)}\n`);
    else io.stdout(options.memory === true ? renderMemory(stats) : renderAll(stats));
    return 0;
  },
});

async function readKey(file: string | undefined, io: Io): Promise<string | undefined> {
  const key = (await readText(file, io)) ?? io.env['MCP_TEST_HARNESS_API_KEY'];
  return key === undefined || key.trim() === '' ? undefined : key.trim();
}

async function readText(file: string | undefined, io: Io): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const path = resolvePath(io, file);
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HarnessError({
      code: 'IO_READ',
      message: `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  });
}

/** @throws HarnessError TARGET_UNREACHABLE where the configuration has no API: then no service can be asked */
async function urlOfConfig(args: ConfigArguments, io: Io): Promise<string> {
  const hint = 'Name the API of a running service by --url, or set security.api in the configuration.';
  const settings = await loadServiceFromArguments(args, io).catch((error: unknown) => {
    if (!isHarnessError(error) || error.code !== 'CONFIG_UNREADABLE' || args.config !== undefined)
      throw error;
    return undefined;
  });
  const api = settings?.security.api;
  if (api === undefined)
    throw new HarnessError({ code: 'TARGET_UNREACHABLE', message: 'there is no service to ask', hint });
  const host = api.host === '0.0.0.0' ? '127.0.0.1' : api.host === '::' ? '[::1]' : api.host;
  return `${api.tlsFile === undefined ? 'http' : 'https'}://${host}:${api.port}`;
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function renderMemory({ memory }: ServiceStats): string {
  const { rssBytes, heapUsedBytes, servers } = memory;
  return [
    `service  ${mebibytes(rssBytes)} resident, ${mebibytes(heapUsedBytes)} of it JavaScript heap in use`,
    ...servers.map(
      ({ server, pid, rssBytes: own, runId }) =>
        `server   ${visible(server)}: ${mebibytes(own)} resident in the tree of process ${pid}, run ${visible(runId)}`,
    ),
    ...(servers.length === 0 ? ['servers  none under test at the moment'] : []),
    '',
  ].join('\n');
}

function renderAll(stats: ServiceStats): string {
  const { version, phase, uptimeSeconds, store, memory, queue, notifications } = stats;
  return [
    `service        ${visible(version)}, ${visible(phase)}, up for ${uptimeSeconds} s, store ${visible(store)}`,
    `memory         ${mebibytes(memory.rssBytes)} resident; ${memory.servers.length} servers under test`,
    `queue          ${queue.queued} waiting, ${queue.running} running`,
    `notifications  ${notifications.pending} waiting, ${notifications.sent} sent, ${notifications.dead} given up`,
    '',
  ].join('\n');
}
