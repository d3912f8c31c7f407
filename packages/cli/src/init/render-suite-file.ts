import type { OAuthOptions, TlsOptions } from '@mcp-test-harness/core';
import { Document, isMap, isScalar, type Node, type Pair, YAMLMap } from 'yaml';
import type { FoundServer, FoundTest } from './explore-server.ts';

export interface SuiteFile {
  readonly found: FoundServer;
  readonly template: string;
  readonly command: readonly string[];
  /** Where the command was started, relative to the file; '' when beside it. */
  readonly workingDir: string;
  readonly url: string | undefined;
  readonly transport: string;
  readonly tls: TlsOptions | undefined;
  readonly headerNames: readonly string[];
  readonly oauth: OAuthOptions | undefined;
  /** The variable that holds the secret of the OAuth client. */
  readonly secretVariable: string | undefined;
}

const schemaUrl =
  'https://raw.githubusercontent.com/mcp-test-harness/mcp-test-harness/main/schema/mcp-test-harness.schema.json';

/** The YAML of a starter suite, with comments that say what may be changed, and the variables that it wants set. */
export function renderSuiteFile(file: SuiteFile): {
  readonly text: string;
  readonly variables: readonly string[];
} {
  const { found } = file;
  const document = new Document({
    ...(file.template === 'production' ? productionSections(found) : {}),
    server: serverSection(file),
    test_suites: found.suites.map((suite) => ({
      name: suite.name,
      description: suite.description,
      test_cases: suite.tests.map(testCase),
    })),
  });
  document.commentBefore = [
    ` yaml-language-server: $schema=${schemaUrl}`,
    ` Written by \`mcp-test-harness init\` from ${found.name} ${found.version} (protocol ${found.protocolVersion}). It is yours: change it.`,
  ].join('\n');
  const { contents } = document;
  if (isMap(contents)) for (const pair of contents.items.slice(1)) spaceBefore(pair as Pair<Node, Node>);
  commentDisabledTests(document, found);
  return {
    text: document.toString({ lineWidth: 110, singleQuote: false }),
    variables: [
      ...file.headerNames.map(variableFor),
      ...(file.secretVariable === undefined ? [] : [file.secretVariable]),
    ],
  };
}

const productionSections = ({ violations }: FoundServer) => ({
  global: {
    environment: 'development',
    max_global_concurrency: 4,
    global_timeout_seconds: 600,
    resource_limits: { max_memory_mb: 1024, max_cpu_seconds: 300 },
    retry: { max_retries: 2, retry_delay_ms: 500, exponential_backoff: true },
  },
  // What is written must pass, so a server that breaks rules today is only warned of.
  protocol_checks: violations.length === 0 ? 'error' : 'warn',
  reporting: { output_dir: 'reports', formats: ['html', 'json', 'junit'] },
  environments: { development: { log_level: 'debug' }, ci: { fail_fast: true, max_global_concurrency: 2 } },
});

function serverSection(file: SuiteFile): Record<string, unknown> {
  if (file.url !== undefined) {
    // Header values may be secrets, so the file takes them from the environment.
    const headers = Object.fromEntries(file.headerNames.map((name) => [name, `\${${variableFor(name)}}`]));
    return {
      transport: file.transport,
      url: literal(file.url),
      ...(file.tls === undefined ? {} : { tls: tlsSection(file.tls) }),
      ...(file.headerNames.length === 0 ? {} : { headers }),
      ...(file.oauth === undefined ? {} : { auth: authSection(file.oauth, file.secretVariable) }),
    };
  }
  const [command = '', ...args] = file.command;
  return {
    command: literal(command),
    // Always, since a command alone would be split at its spaces.
    args: args.map(literal),
    ...(file.workingDir === '' ? {} : { working_dir: literal(file.workingDir) }),
  };
}

function tlsSection({ ca, cert, key, verify }: TlsOptions): Record<string, unknown> {
  const files = Object.entries({ ca, cert, key }).flatMap(([name, file]) =>
    file === undefined ? [] : [[name, literal(file)] as const],
  );
  return { ...Object.fromEntries(files), ...(verify === false ? { verify } : {}) };
}

function authSection(
  { type, grant, clientId, scopes }: OAuthOptions,
  secretVariable: string | undefined,
): Record<string, unknown> {
  return {
    type,
    grant,
    ...(clientId === undefined ? {} : { client_id: literal(clientId) }),
    ...(secretVariable === undefined ? {} : { client_secret: `\${${secretVariable}}` }),
    ...(scopes === undefined ? {} : { scopes: scopes.map(literal) }),
  };
}

/** The variable that holds a header: `X-Api-Key` is in `X_API_KEY`. */
function variableFor(headerName: string): string {
  return headerName.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}

/** Keeps a `${` of the user's shell line from being read as a variable. */
function literal(text: string): string {
  return text.replaceAll('${', '$${');
}

function testCase(test: FoundTest): Record<string, unknown> {
  return {
    id: test.id,
    ...(test.description === undefined ? {} : { description: escapeDeep(test.description) }),
    ...(test.disabledReason === undefined ? {} : { enabled: false }),
    ...(escapeDeep(test.request) as object),
    ...(test.expected === undefined ? {} : { expected: escapeDeep(test.expected) }),
  };
}

function escapeDeep(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(escapeDeep);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeDeep(item)]));
  return value;
}

function commentDisabledTests(document: Document, found: FoundServer): void {
  for (const [suiteIndex, suite] of found.suites.entries()) {
    for (const [testIndex, { disabledReason }] of suite.tests.entries()) {
      if (disabledReason === undefined) continue;
      const node = document.getIn(['test_suites', suiteIndex, 'test_cases', testIndex]);
      if (!(node instanceof YAMLMap)) continue;
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === 'enabled');
      if (pair !== undefined && isScalar(pair.value))
        pair.value.comment = ` ${disabledReason.replaceAll(/\s+/g, ' ')}`;
    }
  }
}

function spaceBefore(pair: Pair<Node, Node>): void {
  pair.key.spaceBefore = true;
}
