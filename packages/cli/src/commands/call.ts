import type { Exchange, JsonObject, Session } from '@mcp-test-harness/core';
import { exitCodeOf, HarnessError } from '@mcp-test-harness/core/errors';
import { defineCommand } from '../command.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { paint, type Io } from '../io.ts';
import { renderError } from '../render-error.ts';
import { renderFrame } from '../render-frame.ts';
import { resolveTarget, targetOptions } from '../target.ts';
import { visible } from '../visible.ts';

export default defineCommand({
  name: 'call',
  summary: 'Send one request to a server and show the answer. Without a request: show what the server has.',
  usage: '[--tool NAME [--args JSON] | --method NAME [--params JSON] | --raw TEXT] [-- COMMAND [ARGS...]]',
  details: `The result goes to stdout as JSON; everything else to stderr. An error as answer, of the protocol or of the tool, ends with 1.
-v shows each frame as it went over the wire, -vv also the server's stderr.`,
  acceptsRest: true,
  options: {
    ...targetOptions,
    tool: { type: 'string', value: 'NAME', description: 'Tool to call (tools/call).' },
    args: { type: 'string', short: 'a', value: 'JSON', description: 'Its arguments. Default: {}.' },
    method: {
      type: 'string',
      short: 'm',
      value: 'NAME',
      description: 'Any other request, e.g. resources/read.',
    },
    params: { type: 'string', value: 'JSON', description: 'Its params.' },
    raw: { type: 'string', value: 'TEXT', description: 'Bytes sent as they stand, after the handshake.' },
  },
  examples: [
    {
      command: 'mcp-test-harness call -- npx -y @modelcontextprotocol/server-everything',
      what: 'What does it have?',
    },
    {
      command: `mcp-test-harness call --tool echo --args '{"message":"hi"}' -- npx -y @modelcontextprotocol/server-everything`,
      what: 'Call a tool',
    },
    {
      command: `mcp-test-harness call --method resources/list --url http://localhost:3001/mcp -v`,
      what: 'Over HTTP, with the frames',
    },
  ],
  async run(args, io) {
    const { options } = args;
    const request = readRequest(options);
    const session = await resolveTarget(args, io);
    const { connect } = await import('@mcp-test-harness/core/protocol');
    const interrupt = listenForInterrupt(io);
    let opened: Session | undefined;
    try {
      opened = await connect({
        ...session,
        signal: interrupt.signal,
        ...(io.verbosity > 0 ? { onFrame: (frame) => io.stderr(renderFrame(frame, io)) } : {}),
      });
      const { text, ok } = await perform(opened, request, io);
      io.stdout(io.mask(text));
      return ok ? 0 : 1;
    } catch (error) {
      if (interrupt.signal.aborted) return 130;
      io.stderr(renderError(error, io));
      return exitCodeOf(error);
    } finally {
      if (opened !== undefined) await closeAndTell(opened, io);
      interrupt.dispose();
    }
  },
});

/** Ends the session and says what else it showed: violations of the protocol, and with -vv the server's stderr. */
async function closeAndTell(session: Session, io: Io): Promise<void> {
  const { process } = await session.close();
  for (const { rule, count, message } of session.findings) {
    const times = count > 1 ? ` (${count} times)` : '';
    io.stderr(`${paint(io, 'yellow', 'finding')}  ${rule}${times}: ${visible(message)}\n`);
  }
  if (io.verbosity > 1 && process.stderrTail !== '') {
    io.stderr(
      `${paint(io, 'dim', 'stderr of the server')}\n${visible(process.stderrTail, { multiline: true })}\n`,
    );
  }
}

type Request =
  | { readonly kind: 'describe' }
  | { readonly kind: 'request'; readonly method: string; readonly params: JsonObject | undefined }
  | { readonly kind: 'raw'; readonly text: string };

function readRequest(options: {
  readonly tool: string | undefined;
  readonly args: string | undefined;
  readonly method: string | undefined;
  readonly params: string | undefined;
  readonly raw: string | undefined;
}): Request {
  const given = [options.tool, options.method, options.raw].filter((value) => value !== undefined).length;
  if (given > 1) throw new HarnessError({ code: 'USAGE', message: 'give one of --tool, --method and --raw' });
  if (options.args !== undefined && options.tool === undefined)
    throw new HarnessError({ code: 'USAGE', message: '--args needs --tool' });
  if (options.params !== undefined && options.method === undefined)
    throw new HarnessError({ code: 'USAGE', message: '--params needs --method' });
  if (options.raw !== undefined) return { kind: 'raw', text: options.raw };
  if (options.tool !== undefined) {
    const args = readJsonObject('--args', options.args ?? '{}');
    return { kind: 'request', method: 'tools/call', params: { name: options.tool, arguments: args } };
  }
  if (options.method !== undefined) {
    const params = options.params === undefined ? undefined : readJsonObject('--params', options.params);
    return { kind: 'request', method: options.method, params };
  }
  return { kind: 'describe' };
}

function readJsonObject(option: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HarnessError({
      code: 'USAGE',
      message: `${option} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      hint: `Quote it for the shell: ${option} '{"message":"hi"}'.`,
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HarnessError({
      code: 'USAGE',
      message: `${option} must be a JSON object`,
      hint: `For example ${option} '{"message":"hi"}'.`,
    });
  }
  return value as JsonObject;
}

async function perform(session: Session, request: Request, io: Io): Promise<{ text: string; ok: boolean }> {
  if (request.kind === 'describe') {
    const { describeServer } = await import('../describe-server.ts');
    return { text: await describeServer(session, io), ok: true };
  }
  if (request.kind === 'raw') {
    const frames = await session.sendRaw(request.text);
    if (frames.length === 0) io.stderr('no answer\n');
    return { text: frames.map((frame) => `${frame.text}\n`).join(''), ok: frames.length > 0 };
  }
  const exchange = await session.exchange(request.method, request.params);
  return {
    text: `${JSON.stringify(exchange.error ?? exchange.result ?? null, undefined, 2)}\n`,
    ok: judge(exchange, io),
  };
}

function judge(exchange: Exchange, io: Io): boolean {
  const took = `${exchange.durationMs.toFixed(1)} ms`;
  for (const reason of exchange.malformed)
    io.stderr(`${paint(io, 'red', 'malformed')}  ${visible(reason)}\n`);
  if (exchange.error !== undefined) {
    io.stderr(
      `${paint(io, 'red', 'error')}  ${exchange.method} answered with JSON-RPC error ${exchange.error.code} in ${took}\n`,
    );
    return false;
  }
  const { result } = exchange;
  const isToolError =
    typeof result === 'object' && result !== null && 'isError' in result && result.isError === true;
  if (isToolError)
    io.stderr(`${paint(io, 'red', 'tool error')}  the tool answered with isError in ${took}\n`);
  else if (exchange.malformed.length === 0)
    io.stderr(`${paint(io, 'green', 'ok')}  ${exchange.method} in ${took}\n`);
  return !isToolError && exchange.malformed.length === 0;
}
