import type { Check } from '../types.ts';
import cancellation from './cancellation.ts';
import completion from './completion.ts';
import listen from './listen.ts';
import loggingRequests from './logging-requests.ts';
import logging from './logging.ts';
import mrtr from './mrtr.ts';
import pagination from './pagination.ts';
import progress from './progress.ts';
import prompts from './prompts.ts';
import resources from './resources.ts';
import subscriptions from './subscriptions.ts';

/** What a server offers besides tools, and how it is talked about. */
export default [
  ...resources,
  ...listen,
  ...subscriptions,
  ...prompts,
  ...completion,
  ...progress,
  ...pagination,
  ...logging,
  ...loggingRequests,
  ...mrtr,
  ...cancellation,
] satisfies readonly Check[];
