import capabilities from './checks/capabilities.ts';
import dataFeatures from './checks/data-features.ts';
import discover from './checks/discover.ts';
import httpHeaders from './checks/http-headers.ts';
import httpStateless from './checks/http-stateless.ts';
import http from './checks/http.ts';
import jsonRpc from './checks/json-rpc.ts';
import lifecycle from './checks/lifecycle.ts';
import results from './checks/results.ts';
import stdio from './checks/stdio.ts';
import survival from './checks/survival.ts';
import tasks from './checks/tasks.ts';
import tools from './checks/tools.ts';
import type { Check } from './types.ts';

/** All requirements, in the order in which they are judged; what may harm a server comes last. */
export const checks: readonly Check[] = [
  ...lifecycle,
  ...discover,
  ...capabilities,
  ...jsonRpc,
  ...results,
  ...tools,
  ...dataFeatures,
  ...tasks,
  ...stdio,
  ...http,
  ...httpHeaders,
  ...httpStateless,
  ...survival,
];
