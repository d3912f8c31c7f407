import type { TlsOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { defineCommand } from '../command.ts';
import { count } from '../count.ts';
import type { FoundServer } from '../init/explore-server.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint } from '../io.ts';
import { resolvePath } from '../load.ts';
import { oauthOptions, readOAuth } from '../oauth-options.ts';
import { resolveTarget, targetOptions } from '../target.ts';
import { visible } from '../visible.ts';

const { url, transport, header, ca, cert, key, insecure, timeout } = targetOptions;

export default defineCommand({
  name: 'init',
  summary: 'Ask a server what it has and write a starter suite that passes on it, or set up the service.',
  usage: '--from-server|--production [options] -- COMMAND [ARGS...]',
  details: `Suites are made of what the server has: that it lists its tools, resources and prompts, that tools answer,
resources and templates are read, prompts render. Only tools that the server annotates as read-only are called; the others are written down disabled,
with sample arguments, for you to enable. Every test that is written enabled was tried and passed.
With --production it writes what the service needs instead: configurations for production, staging and development,
suites, roles and TLS settings. No server is asked, and a file that is there is never written over.`,
  acceptsRest: true,
  options: {
    'from-server': {
      type: 'boolean',
      description:
        'Write suites from what the server has that --url, or a command after --, names. So does init without it.',
    },
    url,
    transport,
    header,
    ...oauthOptions,
    ca,
    cert,
    key,
    insecure,
    timeout,
    template: {
      type: 'string',
      value: 'NAME',
      choices: ['minimal', 'http', 'production'],
      description:
        'minimal: the suite alone. http: as minimal, for --url. production: with limits, retries, environments and reports. Default: by the target.',
    },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      description: 'File to write. Default: mcp-test-harness.yaml.',
    },
    force: { type: 'boolean', short: 'f', description: 'Overwrite the file.' },
    production: {
      type: 'boolean',
      description: 'Write the files of the service, for the server that --url, or a command after --, names.',
    },
    root: {
      type: 'string',
      value: 'DIR',
      description: 'With --production: where to. Default: /etc/mcp-test-harness.',
    },
  },
  examples: [
    { command: 'mcp-test-harness init --from-server -- node dist/server.js', what: 'From a stdio server' },
    {
      command: 'mcp-test-harness init --from-server --url http://localhost:3001/mcp',
      what: 'From a running HTTP server',
    },
    {
      command:
        'mcp-test-harness init --from-server --template production -- npx -y @modelcontextprotocol/server-everything',
      what: 'With everything a CI run wants',
    },
    {
      command: 'mcp-test-harness init --production --root /etc/mcp-test-harness -- node dist/server.js',
      what: 'The files of the service',
    },
  ],
  async run({ options, rest, positionals }, io) {
    refuseMixture(options);
    if (options.production === true) {
      const { initProduction } = await import('../init/production/index.ts');
      const root = resolvePath(io, options.root ?? '/etc/mcp-test-harness');
      return initProduction({ root, command: rest, url: options.url, transport: options.transport }, io);
    }
    if (options['from-server'] === false) {
      throw new HarnessError({
        code: 'USAGE',
        message: 'init writes suites from a server only',
        hint: 'Leave --no-from-server away.',
      });
    }
    if (options.url === undefined && rest.length === 0) {
      throw new HarnessError({
        code: 'USAGE',
        message: 'init needs a server to ask',
        hint: 'For example: mcp-test-harness init --from-server -- npx -y @modelcontextprotocol/server-everything',
      });
    }
    if (options.template === 'http' && options.url === undefined) {
      throw new HarnessError({
        code: 'USAGE',
        message: '--template http needs --url',
        hint: 'For example --url http://localhost:3001/mcp.',
      });
    }
    const file = resolvePath(io, options.output ?? 'mcp-test-harness.yaml');
    if (existsSync(file) && options.force !== true) {
      throw new HarnessError({
        code: 'USAGE',
        message: `${file} exists`,
        hint: 'Choose another file with --output, or overwrite it with --force.',
      });
    }
    const session = await resolveTarget(
      {
        options: {
          ...options,
          config: undefined,
          environment: undefined,
          overlay: [],
          set: [],
          server: undefined,
          'protocol-version': undefined,
        },
        rest,
        positionals,
      },
      io,
    );
    const [{ connect }, { exploreServer }, { renderSuiteFile }, { probeWrite, writeAtomically }] =
      await Promise.all([
        import('@mcp-test-harness/core/protocol'),
        import('../init/explore-server.ts'),
        import('../init/render-suite-file.ts'),
        import('../write-atomically.ts'),
      ]);
    probeWrite(file);
    const interrupt = listenForInterrupt(io);
    try {
      io.stderr(`${paint(io, 'dim', `asking ${options.url ?? rest.join(' ')} what it has ...`)}\n`);
      // No client capability is offered: what is written must pass in a configuration without a `client` section.
      const opened = await connect({ ...session, signal: interrupt.signal });
      let found: FoundServer;
      try {
        found = await exploreServer(opened, (what) =>
          io.stderr(`${paint(io, 'dim', `  tried ${visible(what)}`)}\n`),
        );
      } finally {
        await opened.close();
      }
      const headerNames = options.header.map((value) => value.slice(0, value.indexOf(':')).trim());
      const { text, variables } = renderSuiteFile({
        found,
        template: options.template ?? 'minimal',
        command: rest,
        workingDir: relative(dirname(file), io.cwd),
        url: options.url,
        transport: 'url' in session ? session.transport : 'stdio',
        tls: 'url' in session ? relativeTls(session.tls, dirname(file)) : undefined,
        headerNames,
        oauth: readOAuth(options, io.env),
        secretVariable: options['oauth-client-secret'],
      });
      writeAtomically(file, [text]);
      const tests = found.suites.flatMap((suite) => suite.tests);
      const disabled = tests.filter(({ disabledReason }) => disabledReason !== undefined).length;
      io.stdout(
        [
          `${paint(io, 'green', 'wrote')}  ${file}: ${count(tests.length - disabled, 'test')} that pass${disabled === 0 ? '' : `, ${disabled} disabled for you to look at`}`,
          ...(found.violations.length === 0
            ? []
            : [
                `${paint(io, 'yellow', 'note')}  the server breaks rules of the protocol: ${found.violations.join(', ')}`,
              ]),
          ...(variables.length === 0
            ? []
            : [
                `${paint(io, 'yellow', 'note')}  the file takes secrets from the environment: set ${variables.join(', ')}`,
              ]),
          `next: mcp-test-harness test${options.output === undefined ? '' : ` --config ${options.output}`}`,
          '',
        ].join('\n'),
      );
      return 0;
    } finally {
      interrupt.dispose();
    }
  },
});

/** An option that is taken and ignored would be a lie. */
function refuseMixture(options: Readonly<Record<string, unknown>>): void {
  const isProduction = options['production'] === true;
  const foreign = isProduction
    ? ['from-server', 'template', 'output', 'force', 'ca', 'cert', 'key', 'insecure', 'timeout']
    : ['root'];
  const given = foreign.find((name) => options[name] !== undefined && options[name] !== false);
  if (given === undefined) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `--${given} means nothing ${isProduction ? 'with' : 'without'} --production`,
    hint: isProduction
      ? 'The server is described in config/production.yaml afterwards.'
      : 'Add --production, or name a file with --output.',
  });
}

/** Files as the configuration names them: relative to itself. */
function relativeTls(tls: TlsOptions | undefined, directory: string): TlsOptions | undefined {
  if (tls === undefined) return undefined;
  const from = (file: string | undefined) => (file === undefined ? undefined : relative(directory, file));
  return { ca: from(tls.ca), cert: from(tls.cert), key: from(tls.key), verify: tls.verify };
}
