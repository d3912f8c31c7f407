import previous from './2025-06-18.ts';
import { specLinks, type RevisionStrategy } from './strategy.ts';

export default {
  ...previous,
  revision: '2025-11-25',
  httpHeaders: { 'mcp-protocol-version': '2025-11-25' },
  serverRequests: {
    ...previous.serverRequests,
    'tasks/get': 'tasks',
    'tasks/result': 'tasks',
    'tasks/list': 'tasks',
    'tasks/cancel': 'tasks',
  },
  serverNotifications: {
    ...previous.serverNotifications,
    'notifications/elicitation/complete': '',
    'notifications/tasks/status': '',
  },
  clientCapabilities: { ...previous.clientCapabilities, elicitation: { form: {}, url: {} } },
  spec: specLinks('2025-11-25', { messages: 'basic', batching: 'basic' }),
} satisfies RevisionStrategy;
