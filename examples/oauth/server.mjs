// A server of two tools that wants tokens, and the authorization server that gives them, in one process.
// `oidc-provider` is the only dependency: npm install oidc-provider.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const issuer = `http://127.0.0.1:${process.env.PORT}`;
const resource = `${issuer}/mcp`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'ci',
      client_secret: process.env.CLIENT_SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: 'notes:read notes:write',
        audience: resource,
        accessTokenFormat: 'opaque',
      }),
    },
  },
  scopes: ['notes:read', 'notes:write'],
});
const authorize = provider.callback();

const notes = [];
const tools = [
  { name: 'read', description: 'Reads the notes.', inputSchema: { type: 'object' } },
  {
    name: 'write',
    description: 'Writes a note; needs the scope notes:write.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
];
const calls = {
  read: () => notes.join('\n') || 'Nothing yet.',
  write: ({ text }) => `That makes ${notes.push(text)}.`,
};
const answers = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'notes', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name, arguments: args }) => ({ content: [{ type: 'text', text: calls[name](args) }] }),
};

async function serve(request, response) {
  const send = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  if (request.url === '/.well-known/oauth-protected-resource/mcp') {
    send(200, { resource, authorization_servers: [issuer], scopes_supported: ['notes:read', 'notes:write'] });
  } else if (request.url !== '/mcp') await authorize(request, response);
  else if (request.method !== 'POST') send(405);
  else {
    const { id, method, params } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const given = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const token = await provider.ClientCredentials.find(given);
    const scope = params?.name === 'write' ? 'notes:read notes:write' : 'notes:read';
    const about = `scope="${scope}", resource_metadata="${issuer}/.well-known/oauth-protected-resource/mcp"`;
    if (token === undefined) send(401, undefined, { 'www-authenticate': `Bearer ${about}` });
    else if (!scope.split(' ').every((one) => token.scope?.split(' ').includes(one))) {
      const error = { code: -32001, message: `the token lacks the scope ${scope}` };
      const challenge = `Bearer error="insufficient_scope", ${about}`;
      send(403, { jsonrpc: '2.0', id, error }, { 'www-authenticate': challenge });
    } else if (id === undefined) send(202);
    else {
      const answer = answers[method];
      const body = answer
        ? { result: answer(params) }
        : { error: { code: -32601, message: `unknown method ${method}` } };
      send(200, { jsonrpc: '2.0', id, ...body });
    }
  }
}

createServer((request, response) => void serve(request, response)).listen(
  Number(process.env.PORT),
  '127.0.0.1',
);
