import type { CommandDefinition } from '../command.ts';

interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

/** Every command in the order of the help. A command is one file and one entry here; it is imported when it is called. */
export const commandSummaries: readonly CommandEntry[] = [
  entry('test', 'Run the suites of a configuration (alias: run)', () => import('./test.ts'), ['run']),
  entry(
    'compliance',
    'Judge a server by the requirements of the specification',
    () => import('./compliance.ts'),
  ),
  entry(
    'benchmark',
    'Measure tests as benchmarks, and compare two versions of a server',
    () => import('./benchmark.ts'),
  ),
  entry('baseline', 'Look at stored baselines, and decide when they change', () => import('./baseline.ts')),
  entry('init', 'Ask a server what it has and write a starter suite', () => import('./init.ts')),
  entry('call', 'Send one request and show the answer', () => import('./call.ts')),
  entry('audit', 'Look a server over without any configuration', () => import('./audit.ts')),
  entry(
    'contract',
    'Write down what a server offers its callers, and say what changed of it',
    () => import('./contract.ts'),
  ),
  entry('list', 'List suites and tests without running them', () => import('./list.ts')),
  entry('validate', 'Check a configuration', () => import('./validate.ts')),
  entry('report', 'Render or merge earlier JSON results', () => import('./report.ts')),
  entry(
    'config',
    'Print the effective configuration, or what Prometheus needs of it',
    () => import('./config.ts'),
  ),
  entry('kpi', 'Hold what Prometheus knows of the service against its objectives', () => import('./kpi.ts')),
  entry('notify', 'Send a test message to those whom the service tells', () => import('./notify.ts')),
  entry('serve', 'Run suites on a schedule, watch servers, and tell what breaks', () => import('./serve.ts')),
  entry('rbac', 'Make API keys for the service, and say what a policy allows', () => import('./rbac.ts')),
  entry('audit-log', 'Verify the audit log of the service', () => import('./audit-log.ts')),
  entry(
    'health-check',
    'Say whether the service and all that it needs are well',
    () => import('./health-check.ts'),
  ),
  entry(
    'network-test',
    'Say whether every address of the configuration can be reached',
    () => import('./network-test.ts'),
  ),
  entry('stats', 'Ask a running service for its memory and its queue', () => import('./stats.ts')),
  entry('backup', 'Save what the service cannot do without, and put it back', () => import('./backup.ts')),
  entry(
    'maintenance',
    'Health check, suites, baselines, old reports and backups, in order',
    () => import('./maintenance.ts'),
  ),
  entry('completion', 'Print a completion script for your shell', () => import('./completion.ts')),
];

/**
 * Two words of the deployment guide, by the command that does it. `audit` alone looks a server over, and its options mean
 * nothing for a log.
 */
const spokenAs: Readonly<Record<string, string>> = { 'audit verify': 'audit-log' };

/** The command line as it is meant: `audit verify FILE` is `audit-log verify FILE`. */
export function resolveWords([name = '', ...rest]: readonly string[]): readonly string[] {
  return [spokenAs[`${name} ${rest[0] ?? ''}`] ?? name, ...rest];
}

export function findCommand(name: string): CommandEntry | undefined {
  return commandSummaries.find((command) => command.name === name || command.aliases?.includes(name));
}

function entry(
  name: string,
  summary: string,
  load: () => Promise<{ default: CommandDefinition }>,
  aliases: readonly string[] = [],
): CommandEntry {
  return { name, summary, aliases, load: async () => (await load()).default };
}
