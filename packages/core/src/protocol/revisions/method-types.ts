/** Which definition a message must fit: kept by hand, since the unions of the official schemas accept almost anything. */

export const resultTypes: Readonly<Record<string, string>> = {
  initialize: 'InitializeResult',
  ping: 'EmptyResult',
  'tools/list': 'ListToolsResult',
  'tools/call': 'CallToolResult',
  'resources/list': 'ListResourcesResult',
  'resources/templates/list': 'ListResourceTemplatesResult',
  'resources/read': 'ReadResourceResult',
  'resources/subscribe': 'EmptyResult',
  'resources/unsubscribe': 'EmptyResult',
  'prompts/list': 'ListPromptsResult',
  'prompts/get': 'GetPromptResult',
  'completion/complete': 'CompleteResult',
  'logging/setLevel': 'EmptyResult',
  'tasks/get': 'TaskResult',
  'tasks/cancel': 'CancelTaskResult',
  'tasks/update': 'UpdateTaskResult',
  'tasks/list': 'ListTasksResult',
  'tasks/result': 'EmptyResult',
  'server/discover': 'DiscoverResult',
  'subscriptions/listen': 'ListenResult',
};

/** Methods that a server may answer by asking back; 2026-07-28, basic/patterns/mrtr#supported-requests. */
export const methodsThatMayAsk: ReadonlySet<string> = new Set([
  'tools/call',
  'prompts/get',
  'resources/read',
]);

/** Error codes whose `data` the revision describes; basic#error-codes. */
export const errorTypes: Readonly<Record<string, string>> = {
  '-32021': 'MissingCapabilityError',
  '-32022': 'UnsupportedVersionError',
};

export const serverRequestTypes: Readonly<Record<string, string>> = {
  ping: 'RequestParams',
  'roots/list': 'RequestParams',
  'sampling/createMessage': 'CreateMessageParams',
  'elicitation/create': 'ElicitParams',
  'tasks/get': 'TaskIdParams',
  'tasks/result': 'TaskIdParams',
  'tasks/cancel': 'TaskIdParams',
  'tasks/list': 'PageParams',
};

export const notificationTypes: Readonly<Record<string, string>> = {
  'notifications/cancelled': 'CancelledParams',
  'notifications/progress': 'ProgressParams',
  'notifications/message': 'LogMessageParams',
  'notifications/resources/updated': 'ResourceUpdatedParams',
  'notifications/resources/list_changed': 'NotificationParams',
  'notifications/tools/list_changed': 'NotificationParams',
  'notifications/prompts/list_changed': 'NotificationParams',
  'notifications/elicitation/complete': 'ElicitationCompleteParams',
  'notifications/tasks/status': 'TaskStatusParams',
  'notifications/subscriptions/acknowledged': 'AcknowledgedParams',
};
