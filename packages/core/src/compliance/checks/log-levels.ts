import { isHarnessError } from '../../errors.ts';
import { logLevels } from '../../protocol/log-levels.ts';
import type { Exchange } from '../../protocol/types.ts';
import { oncePerSession } from './asked.ts';

/**
 * Sets every level, and one that does not exist, on a session of its own: there is no way back to what the server had
 * chosen. Then harmless requests at the highest level give it something to write about.
 */
export const setLevels = oncePerSession(async (context) => {
  const { open, signal, capabilities, resources } = context;
  const session = await open();
  const setLevel = (level: string): Promise<Exchange> =>
    session.exchange('logging/setLevel', { level }, { signal });
  const [first, ...others] = logLevels;
  const accepted: [Exchange, ...Exchange[]] = [await setLevel(first)];
  for (const level of others) accepted.push(await setLevel(level));
  const refused = await setLevel('mcp-test-harness-no-such-level');
  const lists = ['tools', 'resources', 'prompts'].filter((name) => capabilities[name] !== undefined);
  const uri = capabilities['resources'] === undefined ? undefined : (await resources())[0]?.['uri'];
  try {
    await Promise.all([
      ...lists.map((name) => session.exchange(`${name}/list`, {}, { signal })),
      ...(typeof uri === 'string' ? [session.exchange('resources/read', { uri }, { signal })] : []),
    ]);
  } catch (error) {
    // That these fail is for others to judge.
    if (!isHarnessError(error)) throw error;
  }
  return { accepted, refused };
});
