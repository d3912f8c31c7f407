import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

interface Import {
  /** Repository-relative path of the importing file. */
  readonly from: string;
  /** Package name, `node:…`, or the repository-relative path of a relative import. */
  readonly to: string;
  /** Only types: erased before anything runs. */
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

const sources = globSync(['packages/*/src/**/*.ts', 'src/**/*.ts'], { cwd: root }).filter(
  (file) => !/\.test\.ts$|\/generated\/|\/testing\/|\/fixtures\//.test(file),
);
const imports = sources.flatMap(readImports);

function readImports(file: string): Import[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean): void => {
    const to = specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier))
      : specifier;
    found.push({ from: file, to, typeOnly, dynamic });
  };
  for (const [, keyword, clause = '', specifier = ''] of text.matchAll(
    /^(import|export)\s+([^;'"]*?from\s+)?['"]([^'"]+)['"]/gm,
  )) {
    const named = /^\{([^}]*)\}/.exec(clause.trim())?.[1];
    const allTypes =
      named !== undefined &&
      named.split(',').every((part) => part.trim() === '' || part.trim().startsWith('type '));
    if (keyword === 'export' && clause === '') continue;
    add(specifier, clause.startsWith('type ') || allTypes, false);
  }
  for (const [, specifier = ''] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    add(specifier, false, true);
  return found;
}

/** Of a file of the repository's own `src`, which is the Action: `action`. */
const packageOf = (file: string): string => (file.startsWith('src/') ? 'action' : (file.split('/')[1] ?? ''));
const stageOf = (path: string): string | undefined => /^packages\/core\/src\/([^/]+)\//.exec(path)?.[1];
const show = ({ from, to }: Import): string => `${from} → ${to}`;

describe('the import rules of the design', () => {
  it('reads real imports', () => {
    expect(imports.length).toBeGreaterThan(100);
    for (const { from, to } of imports)
      if (/^(packages|src)\//.test(to))
        expect(existsSync(resolve(root, to)), `${from} imports ${to}`).toBe(true);
  });

  const siblings: Record<string, readonly string[]> = {
    core: [],
    report: ['core'],
    vitest: ['core'],
    cli: ['core', 'report', 'service'],
    service: ['core', 'report'],
    action: ['core', 'report'],
  };
  it('packages import only the siblings that they may', () => {
    const ours = /^(?:@mcp-test-harness\/([a-z]+)|(mcp-test-harness))/;
    const broken = imports.filter((one) => {
      const match = ours.exec(one.to);
      if (match === null) return false;
      return !(siblings[packageOf(one.from)] ?? []).includes(match[1] ?? 'cli');
    });
    expect(broken.map(show)).toEqual([]);
  });

  it('the CLI reaches the service only when a command asks for it', () => {
    const broken = imports.filter(
      ({ from, to, dynamic, typeOnly }) =>
        packageOf(from) === 'cli' && to.startsWith('@mcp-test-harness/service') && !dynamic && !typeOnly,
    );
    expect(broken.map(show)).toEqual([]);
  });

  it('no package reaches into another by a relative path', () => {
    const broken = imports.filter(
      ({ from, to }) => /^(packages|src)\//.test(to) && packageOf(from) !== packageOf(to),
    );
    expect(broken.map(show)).toEqual([]);
  });

  it('nobody but the Action imports @actions/*, except the expression language in core', () => {
    const broken = imports.filter(
      ({ from, to }) =>
        packageOf(from) !== 'action' &&
        to.startsWith('@actions/') &&
        to !== '@actions/expressions' &&
        !to.startsWith('@actions/expressions/'),
    );
    expect(broken.map(show)).toEqual([]);
  });

  /** Which stages of core a stage may import at run time; types may be seen in the direction of the data flow too. */
  const mayImport: Record<string, readonly string[]> = {
    'json-schema': [],
    coverage: [],
    expressions: [],
    process: [],
    files: [],
    auth: ['transports', 'protocol'],
    transports: ['process', 'protocol', 'auth'],
    protocol: ['process', 'transports', 'auth'],
    assertions: ['json-schema', 'process'],
    config: ['assertions', 'expressions', 'protocol', 'json-schema'],
    plan: ['config', 'expressions', 'protocol'],
    runner: [
      'assertions',
      'auth',
      'coverage',
      'expressions',
      'plan',
      'process',
      'protocol',
      'json-schema',
      'statistics',
    ],
    compliance: ['auth', 'config', 'json-schema', 'protocol', 'runner'],
    audit: ['compliance', 'json-schema', 'protocol', 'runner', 'statistics'],
    statistics: [],
    // Compliance: what may be called of an unknown server is decided in one place.
    benchmark: ['compliance', 'coverage', 'plan', 'protocol', 'runner', 'statistics'],
    // Runner: a server that is asked for its contract inherits what it does in a run.
    contract: ['audit', 'json-schema', 'protocol', 'runner'],
    // Runner: its one place where verdicts are decided.
    baseline: ['contract', 'files', 'runner', 'statistics'],
  };
  it('stages of core import only earlier ones', () => {
    const broken = imports.filter((one) => {
      const [from, to] = [stageOf(one.from), stageOf(one.to)];
      if (from === undefined || to === undefined || from === to || one.typeOnly) return false;
      return !(mayImport[from] ?? []).includes(to);
    });
    expect(broken.map(show)).toEqual([]);
  });

  it('protocol, transports, auth and process know nothing of configuration, assertions, plans or runs, not even types', () => {
    const broken = imports.filter(
      ({ from, to }) =>
        /^(protocol|transports|process|auth)$/.test(stageOf(from) ?? '') &&
        /^(config|assertions|plan|runner|compliance|audit|contract|benchmark)$/.test(stageOf(to) ?? ''),
    );
    expect(broken.map(show)).toEqual([]);
  });

  it('baselines see what a result says, never how it came about, not even types', () => {
    const broken = imports.filter(
      ({ from, to }) =>
        stageOf(from) === 'baseline' &&
        /^(config|plan|transports|process|protocol|assertions|expressions|compliance|audit)$/.test(
          stageOf(to) ?? '',
        ),
    );
    expect(broken.map(show)).toEqual([]);
  });

  /** Which other parts of the service a part may import at run time; its app composes them all. */
  const mayUse: Record<string, readonly string[]> = {
    auth: [],
    audit: [],
    tls: [],
    secrets: [],
    clock: [],
    store: [],
    scheduler: ['clock'],
    queue: ['clock', 'store'],
    routes: ['audit', 'auth', 'scheduler', 'tls'],
    alerts: ['clock'],
    metrics: [],
    runs: ['clock', 'scheduler', 'secrets'],
    watch: ['clock', 'secrets'],
    backup: ['audit', 'store'],
    checks: ['audit', 'auth', 'backup', 'secrets', 'store', 'tls'],
  };
  it('the parts of the service know nothing of each other, beyond what is said here', () => {
    const partOf = (path: string): string | undefined => /^packages\/service\/src\/([^/]+)\//.exec(path)?.[1];
    const broken = imports.filter(({ from, to, typeOnly }) => {
      const [part, other] = [partOf(from), partOf(to)];
      const allowed = mayUse[part ?? ''];
      return (
        allowed !== undefined &&
        other !== undefined &&
        other !== part &&
        !typeOnly &&
        !allowed.includes(other)
      );
    });
    expect(broken.map(show)).toEqual([]);
  });

  it.each([
    ['console', /\bconsole\.\w+\(/],
    ['process.exit', /\bprocess\.exit\b/],
    ['process.env', /\bprocess\.env\b/],
    ['process.argv', /\bprocess\.argv\b/],
  ])('core, report and the parts of the service never use %s', (_name, pattern) => {
    const broken = sources
      .filter((file) => /^packages\/(core|report|service)\/(?!src\/app\/)/.test(file))
      .filter((file) => pattern.test(stripComments(readFileSync(resolve(root, file), 'utf8'))));
    expect(broken).toEqual([]);
  });

  it('the package for Vitest reads the environment in one place, and writes nothing to the console', () => {
    const ours = sources.filter((file) => file.startsWith('packages/vitest/'));
    const using = (pattern: RegExp) =>
      ours.filter((file) => pattern.test(stripComments(readFileSync(resolve(root, file), 'utf8'))));
    expect(using(/\bconsole\.\w+\(|\bprocess\.exit\b/)).toEqual([]);
    expect(using(/\bprocess\.env\b/)).toEqual(['packages/vitest/src/environment.ts']);
  });

  it('heavy libraries are imported only where they are used, inside functions', () => {
    const heavy =
      /^(undici|execa|ajv|ajv-formats|json-p3|diff|yaml|junit-report-builder|@actions\/expressions)(\/|$)/;
    const broken = imports.filter(
      ({ from, to, typeOnly, dynamic }) => heavy.test(to) && !typeOnly && !dynamic && !lazilyLoaded(from),
    );
    expect(broken.map(show)).toEqual([]);
  });
});

/** A module that nobody imports statically may import what it needs at its top. */
function lazilyLoaded(file: string): boolean {
  const importers = imports.filter(({ to, typeOnly }) => to === file && !typeOnly);
  return importers.length > 0 && importers.every(({ dynamic, from }) => dynamic || lazilyLoaded(from));
}

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
