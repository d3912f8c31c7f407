import {
  anyObject,
  array,
  boolean,
  type Definitions,
  literal,
  map,
  object,
  ref,
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
