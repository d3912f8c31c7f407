import type { Finding } from './types.ts';

/** Page and section of the specification, the page as in {@link specPages} or as in its URL. */
type SpecSection = string;

interface Rule {
  readonly severity: Finding['severity'];
  readonly spec: SpecSection;
}

const must = (spec: SpecSection): Rule => ({ severity: 'error', spec });
const should = (spec: SpecSection): Rule => ({ severity: 'warning', spec });

/**
 * What is checked of every conversation besides the schemas of messages. `error`: a MUST of the specification;
 * `warning`: a SHOULD, or something that real clients forgive.
 */
export const rules = {
  'stdio.noise': must('basic/transports#stdio'),
  'stdio.blank-line': should('basic/transports#stdio'),
  'stdio.unterminated-message': must('basic/transports#stdio'),
  'stdio.split-message': must('basic/transports#stdio'),
  'encoding.utf8': must('basic/transports'),

  'jsonrpc.truncated': must('messages'),
  'jsonrpc.invalid-json': must('messages'),
  'jsonrpc.not-a-message': must('messages'),
  'jsonrpc.too-large': should('messages'),
  'jsonrpc.too-deep': should('messages'),
  'jsonrpc.version': must('messages'),
  'jsonrpc.batch': must('batching'),
  'jsonrpc.empty-batch': must('batching'),
  'jsonrpc.mixed-members': must('messages'),
  'jsonrpc.id-type': must('messages#responses'),
  'jsonrpc.id-missing': must('messages#responses'),
  'jsonrpc.unknown-id': must('messages#responses'),
  'jsonrpc.duplicate-answer': must('messages#responses'),
  'jsonrpc.result-and-error': must('messages#responses'),
  'jsonrpc.no-result-no-error': must('messages#responses'),
  'jsonrpc.result-type': must('messages#responses'),
  'jsonrpc.error-object': must('messages#responses'),
  'jsonrpc.params-type': must('messages#requests'),
  'jsonrpc.request-id': must('messages#requests'),
  'jsonrpc.request-id-reused': must('messages#requests'),
  'jsonrpc.notification-id': must('messages#notifications'),

  'lifecycle.version-newer': should('basic/lifecycle#version-negotiation'),
  'lifecycle.early-request': should('basic/lifecycle#initialization'),
  'lifecycle.early-notification': should('basic/lifecycle#initialization'),

  'capability.client-undeclared': must('basic/lifecycle#operation'),
  'capability.server-undeclared': must('basic/lifecycle#operation'),
  'capability.logging-undeclared': must('server/utilities/logging#capabilities'),
  'method.unknown-request': should('messages#requests'),
  'method.unknown-notification': should('messages#notifications'),
  'request.flood': should('messages#requests'),

  'progress.unknown-token': must('basic/utilities/progress#behavior-requirements'),
  'progress.after-completion': must('basic/utilities/progress#implementation-notes'),
  'progress.not-increasing': must('basic/utilities/progress#progress-flow'),
  'logging.below-level': should('server/utilities/logging#setting-log-level'),
  'pagination.repeated-cursor': should('server/utilities/pagination#implementation-guidelines'),
  'pagination.endless': should('server/utilities/pagination#implementation-guidelines'),

  'http.content-type': must('basic/transports#sending-messages-to-the-server'),
  'http.request-without-answer': must('basic/transports#sending-messages-to-the-server'),
  'http.accepted-status': must('basic/transports#sending-messages-to-the-server'),
  'http.accepted-body': must('basic/transports#sending-messages-to-the-server'),
  'http.stream-ended-early': should('basic/transports#sending-messages-to-the-server'),
  'http.stream-left-open': should('basic/transports#sending-messages-to-the-server'),
  'http.get-status': must('basic/transports#listening-for-messages-from-the-server'),
  'http.response-on-common-stream': must('basic/transports#listening-for-messages-from-the-server'),
  'http.session-id': must('basic/transports#session-management'),
  'http.delete-status': should('basic/transports#session-management'),
  'http.event-stream': should('basic/transports#sending-messages-to-the-server'),

  'sse.content-type': must('basic/transports#backwards-compatibility'),
  'sse.endpoint-missing': must('basic/transports#backwards-compatibility'),
  'sse.endpoint': must('basic/transports#backwards-compatibility'),
  'sse.endpoint-origin': must('basic/transports#backwards-compatibility'),
  'sse.event-name': must('basic/transports#backwards-compatibility'),
  'sse.post-status': should('basic/transports#backwards-compatibility'),
  'sse.answer-in-post': must('basic/transports#backwards-compatibility'),
  'sse.stream-ended': should('basic/transports#backwards-compatibility'),

  'websocket.subprotocol': should('basic/transports#custom-transports'),
  'websocket.binary-frame': must('basic/transports#custom-transports'),
  'websocket.frame': must('basic/transports#custom-transports'),
  'websocket.no-pong': should('basic/transports#custom-transports'),
  'websocket.close-handshake': should('basic/transports#custom-transports'),

  'stateless.server-request': must('basic/patterns/mrtr'),
  'result.type': must('messages#responses'),
  'result.unknown-type': must('messages#resulttype'),
  'cache.hints': must('server/utilities/caching#cacheable-model'),
  'mrtr.unsupported-method': must('basic/patterns/mrtr#supported-requests'),
  'mrtr.asks-nothing': must('basic/patterns/mrtr#server-requirements-basic-workflow'),
  'mrtr.endless': should('basic/patterns/mrtr#server-requirements-basic-workflow'),
  'subscription.not-acknowledged': must('basic/patterns/subscriptions#acknowledgment'),
  'subscription.acknowledged-more': must('basic/patterns/subscriptions#acknowledgment'),
  'subscription.not-requested': must('basic/patterns/subscriptions#opening-a-stream'),
  'subscription.id-missing': must('basic/patterns/subscriptions#receiving-notifications'),
  'subscription.unknown-id': must('basic/patterns/subscriptions#receiving-notifications'),
  'subscription.refused': should('basic/patterns/subscriptions'),
  'cancellation.not-a-subscription': must('basic/patterns/cancellation#behavior-requirements'),
  'logging.not-requested': must('server/utilities/logging'),
  'task.result-type': must('ext-tasks#polymorphic-results'),
  'task.not-found': must('ext-tasks#task-creation'),
  'error.reserved-code': must('messages#error-codes'),
  'error.retired-code': must('messages#error-codes'),
  'http.error-status': must('basic/transports/streamable-http#protocol-version-header'),
  'http.param-header': must('basic/transports/streamable-http#custom-headers-from-tool-parameters'),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** Where the specification describes a method, for `schema.<method>` findings. */
export function methodSection(method: string): SpecSection {
  return sections.find(([prefix]) => method.startsWith(prefix))?.[1] ?? 'messages';
}

const sections: readonly (readonly [prefix: string, section: SpecSection])[] = [
  ['initialize', 'basic/lifecycle#initialization'],
  ['server/discover', 'server/discover'],
  ['subscriptions/', 'basic/patterns/subscriptions'],
  ['notifications/subscriptions/', 'basic/patterns/subscriptions'],
  ['input_required', 'basic/patterns/mrtr#inputrequiredresult'],
  ['ping', 'basic/utilities/ping'],
  ['tools/', 'server/tools'],
  ['resources/', 'server/resources'],
  ['prompts/', 'server/prompts'],
  ['completion/', 'server/utilities/completion'],
  ['logging/', 'server/utilities/logging'],
  ['roots/', 'client/roots'],
  ['sampling/', 'client/sampling'],
  ['elicitation/', 'client/elicitation'],
  ['tasks/', 'basic/utilities/tasks'],
  ['notifications/progress', 'basic/utilities/progress'],
  ['notifications/cancelled', 'basic/utilities/cancellation'],
  ['notifications/message', 'server/utilities/logging'],
  ['notifications/resources/', 'server/resources'],
  ['notifications/tools/', 'server/tools'],
  ['notifications/prompts/', 'server/prompts'],
  ['notifications/elicitation/', 'client/elicitation'],
  ['notifications/tasks/', 'basic/utilities/tasks'],
];
