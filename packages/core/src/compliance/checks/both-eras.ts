import { isJsonObject } from '../../json.ts';
import { supportedRevisions, type Exchange } from '../../protocol/types.ts';
import type { CheckContext } from '../types.ts';
import { isHttpAnswer } from './answered.ts';
import { oncePerSession } from './asked.ts';

const clientInfo = { name: 'mcp-test-harness-compliance', version: '1.0.0' };

/** What came of `initialize`, on a session of its own: it may bind a connection to the era of the handshake. */
export const tryInitialize = oncePerSession(async ({ open, signal }): Promise<Exchange> => {
  const session = await open({ handshake: false, protocolVersion: '2025-11-25' });
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo,
  };
  return session.exchange('initialize', params, { signal });
});

/** Whether a server of the stateless era speaks revisions with a handshake as well. */
export async function hasHandshake(context: CheckContext): Promise<boolean> {
  return (await tryInitialize(context)).error === undefined;
}

/** Whether the server says that it speaks revisions before that one, or takes the handshake of one. */
export async function speaksBefore(context: CheckContext, revision: string): Promise<boolean> {
  const { session, open, signal } = context;
  const { result } = await session.exchange('server/discover', undefined, { signal });
  const supported = isJsonObject(result) ? result['supportedVersions'] : undefined;
  const isBefore = (one: unknown): boolean => typeof one === 'string' && one < revision;
  if (Array.isArray(supported) && supported.some(isBefore)) return true;
  const older = supportedRevisions.findLast(isBefore);
  if (older === undefined) return false;
  const opened = await open({ handshake: false, protocolVersion: older });
  const params = { protocolVersion: older, capabilities: {}, clientInfo };
  try {
    const answer = await opened.exchange('initialize', params, { signal });
    return isJsonObject(answer.result) && isBefore(answer.result['protocolVersion']);
  } catch (error) {
    if (isHttpAnswer(error)) return false;
    throw error;
  }
}
