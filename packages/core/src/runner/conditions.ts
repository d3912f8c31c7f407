import { evaluateCondition } from '../expressions/index.ts';
import type { ExpressionContext } from '../expressions/index.ts';
import type { JsonObject } from '../json.ts';
import type { Session } from '../protocol/types.ts';
import type { RunContext } from './run-context.ts';

/** `skip_if` and `only_if` of a test or suite. */
export interface Conditions {
  readonly skipIf: string | undefined;
  readonly onlyIf: string | undefined;
}

/** True when a condition can be judged only with the server open. */
export function needServer({ skipIf, onlyIf }: Conditions): boolean {
  return [skipIf, onlyIf].some(
    (source) => source !== undefined && /\b(?:server|protocol_version)\b/i.test(source),
  );
}

/**
 * Why the test or suite is to be skipped, or undefined when it is to run.
 * @throws HarnessError CONFIG_EXPRESSION
 */
export async function skipReasonOf(
  { skipIf, onlyIf }: Conditions,
  expressions: ExpressionContext,
): Promise<string | undefined> {
  if (skipIf !== undefined && (await evaluateCondition(skipIf, expressions))) return `skip_if: ${skipIf}`;
  if (onlyIf !== undefined && !(await evaluateCondition(onlyIf, expressions))) return `only_if: ${onlyIf}`;
  return undefined;
}

/** What expressions see; `server` and `protocol_version` only with a session. */
export function expressionContext(
  context: RunContext,
  variables: JsonObject,
  session?: Session,
): ExpressionContext {
  const { env } = context.options;
  const { environment } = context.plan;
  if (session === undefined) return { env, variables, environment };
  const { capabilities, serverInfo, protocolVersion } = session.info;
  return {
    env,
    variables,
    environment,
    server: { capabilities, info: serverInfo },
    protocol_version: protocolVersion,
  };
}
