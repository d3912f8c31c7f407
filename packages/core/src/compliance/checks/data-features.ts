import type { Check } from '../types.ts';
import cancellation from './cancellation.ts';
import completion from './completion.ts';
import logging from './logging.ts';
import pagination from './pagination.ts';
import progress from './progress.ts';
import prompts from './prompts.ts';
import resources from './resources.ts';
import subscriptions from './subscriptions.ts';

/** What a server offers besides tools, and how it is talked about. */
export default [
  ...resources,
  ...subscriptions,
  ...prompts,
  ...completion,
  ...progress,
  ...pagination,
  ...logging,
  ...cancellation,
] satisfies readonly Check[];
