import { initializeLifecycle } from '../lifecycle/initialize.ts';
import { specLinks, type RevisionStrategy } from './strategy.ts';

export default {
  revision: '2024-11-05',
  era: 'handshake',
  lifecycle: initializeLifecycle,
  batches: false,
  httpHeaders: {},
  serverRequests: {
    ping: '',
    'roots/list': 'roots',
    'sampling/createMessage': 'sampling',
  },
  serverNotifications: {
    'notifications/cancelled': '',
    'notifications/progress': '',
    'notifications/message': 'logging',
    'notifications/resources/list_changed': 'resources.listChanged',
    'notifications/resources/updated': 'resources.subscribe',
    'notifications/tools/list_changed': 'tools.listChanged',
    'notifications/prompts/list_changed': 'prompts.listChanged',
  },
  clientCapabilities: { roots: {}, sampling: {} },
  advisory: new Set(['capability.client-undeclared', 'capability.server-undeclared']),
  spec: specLinks('2024-11-05', { messages: 'basic/messages', batching: 'basic/messages' }),
} satisfies RevisionStrategy;
