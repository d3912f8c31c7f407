import { exitCodeOf, HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { parseArguments } from './arguments.ts';
import { findCommand, resolveWords } from './commands/index.ts';
import { createIo, type Io } from './io.ts';

let io: Io = createIo({ color: undefined, verbosity: 0 });

/** Runs one command line and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that closes early (`| head`) wants no more text. The work goes on to its end all the same: servers are
  // ended in order, reports are written, and the exit code is true for those who look at it (`pipefail`).
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.on('unhandledRejection', endWithFault);
  process.on('uncaughtException', endWithFault);
  const exitCode = await run(argv);
  process.exitCode = exitCode;
  await drain();
  // Explicit, so that nothing left open (a socket, a timer of a library) can hang a CI job.
  process.exit(exitCode);
}

async function run(argv: readonly string[]): Promise<number> {
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
      const { renderMainHelp } = await import('./help.ts');
      (name === undefined ? io.stderr : io.stdout)(renderMainHelp(io));
      return name === undefined ? 2 : 0;
    }
    if (name === '--version' || name === '-V') return await printVersion(rest);
    if (name === 'complete') return await (await import('./completion.ts')).answerCompletion(rest, io);
    const [commandName = '', ...commandArgv] =
      name === 'help' ? [rest[0] ?? '', '--help'] : resolveWords(argv);
    const entry = findCommand(commandName);
    if (entry === undefined) throw await unknownCommand(commandName);
    const command = await entry.load();
    if (asksForHelp(commandArgv)) {
      const { renderCommandHelp } = await import('./help.ts');
      io.stdout(renderCommandHelp(command, io));
      return 0;
    }
    const parsed = parseArguments(command, commandArgv);
    const { color, verbose } = parsed.options as { color?: boolean | undefined; verbose?: unknown };
    io = createIo({ color, verbosity: typeof verbose === 'number' ? verbose : 0 });
    return await command.run(parsed, io);
  } catch (error) {
    const { renderError } = await import('./render-error.ts');
    io.stderr(renderError(error, io));
    return exitCodeOf(error);
  }
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).some((word) => word === '--help' || word === '-h');
}

async function printVersion(argv: readonly string[]): Promise<number> {
  const { harnessCommit, harnessVersion } = await import('./version.ts');
  const [flag, ...more] = argv;
  if (flag === undefined) io.stdout(`mcp-test-harness ${harnessVersion()}\n`);
  else if (flag === '--json' && more.length === 0) {
    const { supportedRevisions } = await import('@mcp-test-harness/core/protocol');
    io.stdout(
      `${JSON.stringify({ version: harnessVersion(), commit: harnessCommit(), node: process.versions.node, protocolVersions: supportedRevisions })}\n`,
    );
  } else {
    throw new HarnessError({
      code: 'USAGE',
      message: `unknown option ${flag} after --version`,
      hint: 'Only --json is known here.',
    });
  }
  return 0;
}

async function unknownCommand(name: string): Promise<HarnessError> {
  const see = 'See `mcp-test-harness --help`.';
  if (name.startsWith('-')) {
    return new HarnessError({
      code: 'USAGE',
      message: `unknown option ${name} before a command`,
      hint: `Options stand after the command: mcp-test-harness test ${name}. ${see}`,
    });
  }
  const [{ nearestName }, { commandSummaries }] = await Promise.all([
    import('@mcp-test-harness/core/nearest'),
    import('./commands/index.ts'),
  ]);
  const names = commandSummaries.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  const near = nearestName(name, names);
  return new HarnessError({
    code: 'USAGE',
    message: `unknown command "${name}"`,
    hint: near === undefined ? see : `Did you mean ${near}? ${see}`,
  });
}

function drain(): Promise<void> {
  const flush = (stream: NodeJS.WriteStream): Promise<void> =>
    new Promise((resolve) => {
      if (stream.writableLength === 0) resolve();
      else stream.write('', () => resolve());
    });
  return Promise.all([flush(process.stdout), flush(process.stderr)]).then(() => undefined);
}

/** A fault of ours that nothing caught: says so. What was found is in the journal; a watchdog ends the servers. */
function endWithFault(reason: unknown): void {
  void import('./render-error.ts').then(({ renderError }) => {
    io.stderr(
      renderError(isHarnessError(reason) ? reason : new Error('unhandled error', { cause: reason }), io),
    );
    process.exit(1);
  });
}
