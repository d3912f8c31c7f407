import { stringify } from 'yaml';
import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { meaninglessKeys } from './checks/servers.ts';
import { deferredNames } from './deferred-names.ts';
import { treeOf } from './loaded-tree.ts';
import { member } from './node.ts';
import type { ConfigNode } from './node.ts';
import { isSecretKey, maskSecrets, secretName } from './secrets.ts';
import { mask } from './scope.ts';
import { isAboutService, serviceSections } from './service-keys.ts';
import type { Config, ServerConfig } from './schema.ts';
import type { LoadedConfig } from './types.ts';

/** See `exportConfig`. */
export function renderConfig(loaded: LoadedConfig): string {
  const tree = treeOf(loaded);
  const config = withoutService(withoutIdleDefaults(loaded.config, tree), tree) as unknown as JsonValue;
  const masked = maskValue(config, tree, '', false, loaded.secrets);
  const head = [
    `# The effective configuration of ${loaded.file}`,
    ...(loaded.files.length > 1 ? [`# read from ${loaded.files.join(', ')}`] : []),
    ...(loaded.environment === undefined ? [] : [`# for the environment ${loaded.environment}`]),
    `# Secrets, and everything taken from the environment, are shown as ${mask}.`,
  ].map((line) => maskSecrets(line.replaceAll(/[\r\n]/g, ' '), loaded.secrets));
  return `${head.join('\n')}\n${stringify(escapeTemplates(masked), { lineWidth: 0 })}`;
}

/** Leaves out defaults of a server that do nothing with its transport, which would be refused if written. */
function withoutIdleDefaults(config: Config, tree: ConfigNode | undefined): Config {
  const trim = (server: ServerConfig, node: ConfigNode | undefined): ServerConfig => {
    const idle = meaninglessKeys(server.transport, server.command !== undefined);
    const kept = Object.entries(server).filter(
      ([key]) => !idle.includes(key) || member(node, key) !== undefined,
    );
    return Object.fromEntries(kept) as ServerConfig;
  };
  const { server, servers } = config;
  const several = Object.entries(servers ?? {}).map(([name, one]) => [
    name,
    trim(one, member(member(tree, 'servers'), name)),
  ]);
  return {
    ...config,
    ...(server === undefined ? {} : { server: trim(server, member(tree, 'server')) }),
    ...(servers === undefined ? {} : { servers: Object.fromEntries(several) as typeof servers }),
  };
}

/** Leaves out the sections of the service where the file says nothing of it. */
function withoutService(config: Config, tree: ConfigNode | undefined): object {
  if (tree === undefined || isAboutService(tree)) return config;
  const reporting = Object.entries(config.reporting).filter(([key]) => key !== 'distribution');
  const kept = Object.entries(config).filter(([key]) => !serviceSections.includes(key));
  return { ...Object.fromEntries(kept), reporting: Object.fromEntries(reporting) };
}

/** Masks a value by what its node knows, by its key, and by every known secret inside it. */
function maskValue(
  value: JsonValue,
  node: ConfigNode | undefined,
  key: string,
  inTests: boolean,
  secrets: readonly string[],
): JsonValue {
  if (isJsonObject(value)) {
    const entries = Object.entries(value).flatMap(([name, item]) => {
      if (item === undefined) return [];
      const tests = inTests || name === 'test_cases';
      return [
        [
          maskSecrets(name, secrets),
          maskValue(item, member(node, name), secretName(key, name), tests, secrets),
        ] as const,
      ];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) =>
      maskValue(item, node?.kind === 'list' ? node.items[index] : undefined, key, inTests, secrets),
    );
  }
  if (node?.kind === 'scalar' && node.made?.masked !== undefined)
    return maskSecrets(node.made.masked, secrets);
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  if (!inTests && isSecretKey(key)) return mask;
  const text = maskSecrets(String(value), secrets);
  return text === String(value) ? value : text;
}

/** Writes literal `${` as `$${` again, except in tests where templates still stand as written. */
function escapeTemplates(config: JsonValue): JsonValue {
  if (!isJsonObject(config)) return config;
  const suites = config['test_suites'];
  const rest = Object.entries(config).map(([key, value]) => [
    key,
    key === 'test_suites' ? value : escapeAll(value, false),
  ]);
  const escaped = Array.isArray(suites) ? suites.map((suite: JsonValue) => escapeSuite(suite)) : [];
  return { ...(Object.fromEntries(rest) as JsonObject), test_suites: escaped };
}

function escapeSuite(suite: JsonValue): JsonValue {
  if (!isJsonObject(suite)) return suite;
  const tests = suite['test_cases'];
  const rest = Object.entries(suite).map(([key, value]) => [
    key,
    key === 'test_cases' ? value : escapeAll(value, false),
  ]);
  const escaped = Array.isArray(tests)
    ? tests.map((test: JsonValue) =>
        isJsonObject(test) && deferredNames(test).all.size === 0 ? escapeAll(test, true) : test,
      )
    : [];
  return { ...(Object.fromEntries(rest) as JsonObject), test_cases: escaped };
}

/** `late`: expressions are still to be evaluated and stand as written. */
function escapeAll(value: JsonValue, late: boolean): JsonValue {
  if (typeof value === 'string') return value.replaceAll(late ? /\$\{(?!\{)/g : /\$\{/g, '$$${');
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeAll(item, late)]));
  }
  return Array.isArray(value) ? value.map((item: JsonValue) => escapeAll(item, late)) : value;
}
