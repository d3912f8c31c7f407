import previous from './2025-03-26.ts';
import { specLinks, type RevisionStrategy } from './strategy.ts';

export default {
  ...previous,
  revision: '2025-06-18',
  batches: false,
  httpHeaders: { 'mcp-protocol-version': '2025-06-18' },
  serverRequests: { ...previous.serverRequests, 'elicitation/create': 'elicitation' },
  clientCapabilities: { ...previous.clientCapabilities, elicitation: {} },
  advisory: new Set<string>(),
  spec: specLinks('2025-06-18', { messages: 'basic', batching: 'changelog' }),
} satisfies RevisionStrategy;
