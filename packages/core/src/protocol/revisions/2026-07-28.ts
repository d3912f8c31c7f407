import { statelessLifecycle } from '../lifecycle/discover.ts';
import previous from './2025-11-25.ts';
import { specLinks, type RevisionStrategy } from './strategy.ts';

/** Sections that have moved; a page moves with all its sections. */
const pages = {
  messages: 'basic',
  batching: 'basic',
  'basic/lifecycle': 'basic/versioning',
  'basic/utilities/progress': 'basic/patterns/progress',
  'basic/utilities/cancellation': 'basic/patterns/cancellation',
};
const sections: Readonly<Record<string, string>> = {
  'basic/transports#stdio': 'basic/transports/stdio#receiving-messages',
  'basic/transports#sending-messages-to-the-server': 'basic/transports/streamable-http#sending-messages',
  'basic/transports#security-warning': 'basic/transports/streamable-http',
  'basic/lifecycle#operation': 'basic#_meta',
  'basic/lifecycle#shutdown': 'basic/transports/stdio#shutdown',
  'server/utilities/logging#setting-log-level': 'server/utilities/logging',
  'basic/utilities/tasks': 'ext-tasks',
};

/** The tasks extension has a specification of its own. */
const tasksPage = 'https://modelcontextprotocol.github.io/ext-tasks/specification/2026-07-28/tasks.html';

const links = specLinks('2026-07-28', pages);

/** The first revision of the stateless era: no handshake, no session, no request from server to client. */
export default {
  ...previous,
  revision: '2026-07-28',
  era: 'stateless',
  lifecycle: statelessLifecycle,
  httpHeaders: { 'mcp-protocol-version': '2026-07-28' },
  serverRequests: {},
  serverNotifications: {
    'notifications/cancelled': '',
    'notifications/progress': '',
    'notifications/message': 'logging',
    'notifications/resources/list_changed': 'resources.listChanged',
    'notifications/resources/updated': 'resources.subscribe',
    'notifications/tools/list_changed': 'tools.listChanged',
    'notifications/prompts/list_changed': 'prompts.listChanged',
    'notifications/subscriptions/acknowledged': '',
  },
  spec: (section) => {
    const moved = sections[section] ?? section;
    return moved.startsWith('ext-tasks') ? moved.replace('ext-tasks', tasksPage) : links(moved);
  },
} satisfies RevisionStrategy;
