/** What the schema cannot say: how keys go together, and what they refer to. */
import type { MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { checkAuth } from './auth.ts';
import { checkClients } from './clients.ts';
import { checkDistribution } from './distribution.ts';
import { checkExpressions } from './expressions.ts';
import { checkPerformance } from './performance.ts';
import { checkPatterns } from './patterns.ts';
import { checkSchedules } from './schedules.ts';
import { checkServers } from './servers.ts';
import { checkService } from './service.ts';
import { checkSuites } from './suites.ts';
import { checkTests } from './tests.ts';

/**
 * Runs every check over a tree that may have failed the schema: each looks only at what has the shape it
 * needs, so that one fault does not hide another.
 */
export async function checkTree(root: MapNode, problems: Problems): Promise<void> {
  checkServers(root, problems);
  checkAuth(root, problems);
  checkClients(root, problems);
  checkSuites(root, problems);
  checkTests(root, problems);
  checkPerformance(root, problems);
  checkService(root, problems);
  checkSchedules(root, problems);
  checkDistribution(root, problems);
  await checkPatterns(root, problems);
  await checkExpressions(root, problems);
}
