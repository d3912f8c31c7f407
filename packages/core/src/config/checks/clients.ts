import { formatPath, itemsOf, member, textMember } from '../node.ts';
import type { ConfigNode, MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import type { ConfigPath } from '../types.ts';
import { serversOf, suitesOf } from './walk.ts';

/** Every `client` section: what its canned answers need. */
export function checkClients(root: MapNode, problems: Problems): void {
  for (const { node, path } of [{ node: root, path: [] }, ...serversOf(root), ...suitesOf(root)]) {
    const client = member(node, 'client');
    if (client !== undefined) checkClient(client, [...path, 'client'], problems);
  }
}

function checkClient(client: ConfigNode, path: ConfigPath, problems: Problems): void {
  for (const [index, reply] of itemsOf(member(client, 'sampling')).entries()) {
    if (reply.kind !== 'map') continue;
    const given = ['text', 'error'].filter((key) => reply.entries.has(key));
    if (given.length === 1) continue;
    problems.add(
      'CONFIG_INVALID',
      reply,
      `${formatPath([...path, 'sampling', index])}: expected either text or error, got ${given.length === 0 ? 'none' : 'both'}`,
      { hint: 'text is what the model is said to have answered; error refuses the request.' },
    );
  }
  for (const [index, reply] of itemsOf(member(client, 'elicitation')).entries()) {
    if (reply.kind !== 'map' || !reply.entries.has('content')) continue;
    const action = textMember(reply, 'action');
    if (action === undefined || action === 'accept') continue;
    problems.add(
      'CONFIG_INVALID',
      reply.entries.get('content')?.key ?? reply,
      `${formatPath([...path, 'elicitation', index, 'content'])}: only an accepted form has content, not one with action ${action}`,
      { hint: 'Remove content, or set action: accept.' },
    );
  }
  for (const [index, root] of itemsOf(member(client, 'roots')).entries()) {
    const uri = textMember(root, 'uri');
    const node = member(root, 'uri');
    if (uri === undefined || node === undefined || uri.startsWith('file://')) continue;
    problems.add(
      'CONFIG_INVALID',
      node,
      `${formatPath([...path, 'roots', index, 'uri'])}: expected a file:// URI, got ${JSON.stringify(uri)}`,
      { hint: uri.startsWith('/') ? `Write file://${uri}.` : undefined },
    );
  }
}
