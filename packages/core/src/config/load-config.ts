import { join, resolve } from 'node:path';
import { resolveAliases } from './aliases.ts';
import { checkTree } from './checks/index.ts';
import { checkThresholds } from './checks/performance.ts';
import { renameDeprecated } from './deprecated-keys.ts';
import { applyEnvironment, chooseEnvironment } from './environments.ts';
import type { OtherEnvironment } from './environments.ts';
import { rememberTree } from './loaded-tree.ts';
import { mergeTrees } from './merge.ts';
import { nearestSpanAt } from './node.ts';
import type { ConfigNode } from './node.ts';
import { resolvePaths } from './paths.ts';
import { Problems } from './problems.ts';
import { readTree } from './read-files.ts';
import type { Config } from './schema.ts';
import { collectSecrets } from './secrets.ts';
import { applySet } from './set-flag.ts';
import { locationOf } from './source.ts';
import type { Span } from './source.ts';
import { substituteTree } from './substitute-tree.ts';
import type { LoadConfigOptions, LoadedConfig } from './types.ts';
import { validateTree } from './validate-tree.ts';

/**
 * The stages in order: files (extends, include, overlays), environment, --set, variables, schema, cross-checks.
 * A stage that could not make sense of its input ends the load with the errors so far; otherwise all
 * stages speak before anything is thrown.
 */
export async function load(options: LoadConfigOptions): Promise<LoadedConfig> {
  const problems = new Problems();
  const files: string[] = [];
  const file = resolve(options.file);
  const context = { env: options.env, problems, files };
  let written = await readTree(file, context);
  for (const name of options.overlays ?? []) {
    const overlay = await readTree(resolve(name), context);
    if (written === undefined || overlay === undefined) continue;
    // What is missing is missing in the main file.
    const { source, start, end } = written;
    written = { ...mergeTrees(written, overlay, problems), source, start, end };
  }
  if (written === undefined) return fail(problems);

  const choice = chooseEnvironment(written, options.environment, options.env);
  const { tree: chosen, others } = applyEnvironment(written, choice, problems);
  let tree = chosen;
  for (const setting of options.set ?? []) tree = await applySet(tree, setting, problems);
  tree = resolveAliases(renameDeprecated(tree, problems), problems);
  for (const other of others) checkOther(other, problems);

  const taken = new Map<string, string>();
  const before = problems.count;
  const substituted = substituteTree(tree, { env: options.env, problems, taken });
  const substitutionFailed = problems.count > before;
  const valid = validateTree(resolvePaths(substituted, file), problems, {
    keep: (_span, node) => !(substitutionFailed && isTemplate(node)),
  });
  await checkTree(valid.tree, problems);
  problems.throwIfAny();
  if (valid.config === undefined) return fail(problems);

  const loaded: LoadedConfig = {
    config: settle(valid.config, choice?.name),
    file,
    files,
    environment: choice?.name,
    locate: (path) => locationOf(nearestSpanAt(valid.tree, path)),
    secrets: collectSecrets(valid.tree, taken),
    warnings: problems.warnings,
  };
  rememberTree(loaded, valid.tree);
  return loaded;
}

/** The parts of one value that apply to others: the client of all servers, the name of the environment, where state is. */
function settle(config: Config, environment: string | undefined): Config {
  const { client, performance, service } = config;
  const withClient = <T extends { client?: Config['client'] }>(server: T): T =>
    client === undefined || server.client !== undefined ? server : { ...server, client };
  return {
    ...config,
    global: environment === undefined ? config.global : { ...config.global, environment },
    // One place for all commands: what `benchmark` approves is what `serve` compares with.
    performance:
      service.data_dir === undefined || performance.baseline_storage_path !== undefined
        ? performance
        : { ...performance, baseline_storage_path: join(service.data_dir, 'baselines') },
    ...(config.server === undefined ? {} : { server: withClient(config.server) }),
    ...(config.servers === undefined
      ? {}
      : {
          servers: Object.fromEntries(
            Object.entries(config.servers).map(([name, server]) => [name, withClient(server)]),
          ),
        }),
  };
}

/** Validates an environment that was not chosen: only what stands in its own block is reported. */
function checkOther(other: OtherEnvironment, problems: Problems): void {
  const { block } = other;
  const inBlock = (span: Span): boolean =>
    span.source === block.source && span.start >= block.start && span.end <= block.end;
  const entries = new Map(other.tree.entries);
  if (!block.entries.has('test_suites')) entries.delete('test_suites');
  const silent = new Problems();
  validateTree(resolveAliases({ ...other.tree, entries }, silent), problems, {
    keep: (span, node) => inBlock(span) && !isTemplate(node),
    prefix: `environments.${other.name}: `,
  });
  // Thresholds of the file and of the environment that are each in order may not be so together.
  if (block.entries.has('performance') || block.entries.has('performance_thresholds'))
    checkThresholds(other.tree, problems, `environments.${other.name}: `);
}

/** A text whose `${...}` is still to be replaced: nothing can be said about its type. */
function isTemplate(node: ConfigNode | undefined): boolean {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${');
}

function fail(problems: Problems): never {
  problems.throwIfAny();
  throw new Error('A stage of loading the configuration failed without saying why.');
}
