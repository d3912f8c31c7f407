import {
  anyObject,
  array,
  boolean,
  type Definitions,
  integer,
  literal,
  map,
  object,
  oneOfStrings,
  ref,
  type Schema,
  string,
  stringOrInteger,
  unionBy,
} from './dsl.ts';

const subscriptionId = 'io.modelcontextprotocol/subscriptionId';
const serverInfo = { 'io.modelcontextprotocol/serverInfo': ref('Implementation') };

/**
 * What came with the stateless era (2026-07-28): metadata under reserved names (basic#_meta), results that ask back
 * (basic/patterns/mrtr), subscriptions (basic/patterns/subscriptions), errors with data (basic#error-codes).
 */
export function statelessDefinitions(): Definitions {
  return {
    ResultMeta: object({}, serverInfo),
    NotificationMeta: object({}, { [subscriptionId]: stringOrInteger }),

    InputRequiredResult: object(
      { resultType: string },
      { inputRequests: map(ref('InputRequest')), requestState: string, _meta: ref('ResultMeta') },
    ),
    InputRequest: unionBy('method', 'RootsInput', 'SamplingInput', 'ElicitationInput'),
    RootsInput: object({ method: literal('roots/list') }, { params: ref('RequestParams') }),
    SamplingInput: object({ method: literal('sampling/createMessage'), params: ref('CreateMessageParams') }),
    ElicitationInput: object({ method: literal('elicitation/create'), params: ref('ElicitParams') }),

    SubscriptionFilter: object(
      {},
      {
        toolsListChanged: boolean,
        promptsListChanged: boolean,
        resourcesListChanged: boolean,
        resourceSubscriptions: array(string),
      },
    ),
    AcknowledgedParams: object(
      { notifications: ref('SubscriptionFilter') },
      { _meta: ref('NotificationMeta') },
    ),
    ListenResult: object({
      _meta: object({ [subscriptionId]: stringOrInteger }, serverInfo),
      resultType: string,
    }),

    ...taskDefinitions(),

    MissingCapabilityError: object({
      data: object({
        requiredCapabilities: object(
          {},
          {
            roots: anyObject,
            sampling: object({}, { context: anyObject, tools: anyObject }),
            elicitation: object({}, { form: anyObject, url: anyObject }),
            experimental: map(anyObject),
            extensions: map(anyObject),
          },
        ),
      }),
      message: string,
    }),
    UnsupportedVersionError: object({
      data: object({ supported: array(string), requested: string }),
      message: string,
    }),
  };
}

/** The extension io.modelcontextprotocol/tasks (modelcontextprotocol/ext-tasks, specification/2026-07-28). */
function taskDefinitions(): Definitions {
  const required = {
    taskId: string,
    createdAt: string,
    lastUpdatedAt: string,
    ttlMs: { type: ['integer', 'null'] },
    resultType: string,
  };
  const optional = { statusMessage: string, pollIntervalMs: integer, _meta: ref('ResultMeta') };
  const task = (status: string, more: Definitions = {}): Schema =>
    object({ ...required, status: literal(status), ...more }, optional);
  const acknowledgement = object({ resultType: string }, { _meta: ref('ResultMeta') });
  return {
    CreateTaskResult: object(
      { ...required, status: oneOfStrings('working', 'input_required', 'completed', 'cancelled', 'failed') },
      optional,
    ),
    TaskResult: unionBy(
      'status',
      'WorkingTask',
      'AskingTask',
      'CompletedTask',
      'FailedTask',
      'CancelledTask',
    ),
    WorkingTask: task('working'),
    AskingTask: task('input_required', { inputRequests: map(ref('InputRequest')) }),
    CompletedTask: task('completed', { result: anyObject }),
    FailedTask: task('failed', { error: object({ code: integer, message: string }) }),
    CancelledTask: task('cancelled'),
    CancelTaskResult: acknowledgement,
    UpdateTaskResult: acknowledgement,
  };
}
