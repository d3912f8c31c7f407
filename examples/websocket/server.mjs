// One tool, over a WebSocket. `ws` is the only dependency: npm install ws.
import { WebSocketServer } from 'ws';

const shout = {
  name: 'shout',
  description: 'Repeats a text in capitals.',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
};
const answers = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'shouter', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [shout] }),
  'tools/call': ({ arguments: { text } }) => ({ content: [{ type: 'text', text: text.toUpperCase() }] }),
};

const sockets = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env.PORT) });
sockets.on('connection', (socket) => {
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params } = JSON.parse(data);
    if (id === undefined) return;
    const answer = answers[method];
    const body = answer
      ? { result: answer(params) }
      : { error: { code: -32601, message: `unknown method ${method}` } };
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
  });
});
