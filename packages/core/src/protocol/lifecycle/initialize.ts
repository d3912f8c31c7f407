import { HarnessError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { declaredCapabilities } from '../declared-capabilities.ts';
import { cut } from '../findings.ts';
import type { RevisionStrategy } from '../revisions/strategy.ts';
import { supportedRevisions, type Exchange } from '../types.ts';
import type { Agreement, Lifecycle, LifecyclePort } from './types.ts';

/** The handshake of the revisions 2024-11-05 to 2025-11-25: `initialize`, its answer, `notifications/initialized`. */
export const initializeLifecycle: Lifecycle = {
  async open(port, asked, pinned) {
    const answer = port.exchange('initialize', initializeParams(port, asked));
    port.expects(asked.revision);
    const exchange = await answer;
    const agreement = readAgreement(exchange, port, asked, pinned);
    port.notify('notifications/initialized');
    return agreement;
  },
};

/** What `initialize` says for a client that behaves so. */
function initializeParams(port: LifecyclePort, asked: RevisionStrategy): JsonObject {
  return {
    protocolVersion: asked.revision,
    capabilities: declaredCapabilities(port.client, asked),
    clientInfo: { name: port.clientInfo.name, version: port.clientInfo.version },
  };
}

/**
 * What the answer to `initialize` agrees to. A faulty answer is taken as far as it can be understood: only the
 * version is needed to go on.
 */
export function readAgreement(
  exchange: Exchange,
  port: Pick<LifecyclePort, 'strategyFor' | 'finding'>,
  asked: RevisionStrategy,
  pinned: boolean,
): Agreement {
  const result = resultOf(exchange);
  const version = result['protocolVersion'];
  const strategy = port.strategyFor(version);
  // A revision without a handshake cannot be agreed on by one: whoever answers so repeats what he was sent.
  if (strategy?.era !== 'handshake') throw unsupported(version, asked, exchange);
  if (pinned && strategy.revision !== asked.revision) {
    throw new HarnessError({
      code: 'PROTOCOL_VERSION_UNSUPPORTED',
      message: `the server was asked for protocol revision ${asked.revision} and answered with ${strategy.revision}`,
      hint: `Set protocol_version to ${strategy.revision}, or to latest to take the newest that both sides speak.`,
      details: { exchange, asked: asked.revision, answered: strategy.revision },
    });
  }
  if (strategy.revision > asked.revision) {
    port.finding(
      'lifecycle.version-newer',
      `asked for ${asked.revision}, the server answered with the newer ${strategy.revision}`,
      exchange.responseText,
    );
  }
  const { serverInfo, capabilities, instructions } = result;
  return {
    strategy,
    serverInfo: isJsonObject(serverInfo) ? serverInfo : {},
    capabilities: isJsonObject(capabilities) ? capabilities : {},
    instructions: typeof instructions === 'string' ? instructions : undefined,
  };
}

function resultOf(exchange: Exchange): JsonObject {
  if (exchange.error !== undefined && exchange.result === undefined) {
    const { code, message } = exchange.error;
    const supported = isJsonObject(exchange.error.data) ? exchange.error.data['supported'] : undefined;
    throw new HarnessError({
      code: supported === undefined ? 'PROTOCOL_ERROR_ANSWER' : 'PROTOCOL_VERSION_UNSUPPORTED',
      message: `the server refused initialize: ${cut(message, 300)} (error ${code})`,
      hint: Array.isArray(supported)
        ? `It speaks ${supported.join(', ')}; the harness speaks ${supportedRevisions.join(', ')}.`
        : undefined,
      details: { error: exchange.error, exchange },
    });
  }
  const { result } = exchange;
  if (!isJsonObject(result) || typeof result['protocolVersion'] !== 'string') {
    throw new HarnessError({
      code: 'PROTOCOL_MALFORMED_ANSWER',
      message: `the answer to initialize names no protocolVersion: ${cut(exchange.responseText ?? 'nothing', 300)}`,
      hint: 'The result of initialize must hold protocolVersion, capabilities and serverInfo.',
      details: { exchange, malformed: exchange.malformed },
    });
  }
  return result;
}

function unsupported(version: unknown, asked: RevisionStrategy, exchange: Exchange): HarnessError {
  return new HarnessError({
    code: 'PROTOCOL_VERSION_UNSUPPORTED',
    message: `the server answered with protocol revision ${JSON.stringify(version)}, which the harness does not speak (it asked for ${asked.revision} and speaks ${supportedRevisions.join(', ')})`,
    hint: 'A server must answer with a published revision, the one asked for when it speaks that.',
    details: { exchange, asked: asked.revision, answered: String(version) },
  });
}
