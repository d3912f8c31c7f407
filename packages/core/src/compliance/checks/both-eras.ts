import { isJsonObject } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import type { CheckContext } from '../types.ts';
import { oncePerSession } from './asked.ts';

/** What came of `initialize`, on a session of its own: it may bind a connection to the era of the handshake. */
export const tryInitialize = oncePerSession(async ({ open, signal }): Promise<Exchange> => {
  const session = await open({ handshake: false, protocolVersion: '2025-11-25' });
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'mcp-test-harness-compliance', version: '1.0.0' },
  };
  return session.exchange('initialize', params, { signal });
});

/** Whether a server of the stateless era speaks revisions with a handshake as well. */
export async function hasHandshake(context: CheckContext): Promise<boolean> {
  return (await tryInitialize(context)).error === undefined;
}

/** Whether the server says that it speaks revisions before that one. */
export async function speaksBefore({ session, signal }: CheckContext, revision: string): Promise<boolean> {
  const { result } = await session.exchange('server/discover', undefined, { signal });
  const supported = isJsonObject(result) ? result['supportedVersions'] : undefined;
  return Array.isArray(supported) && supported.some((one) => typeof one === 'string' && one < revision);
}
