import type { Expected } from '../assertions/expected.ts';
import { HarnessError } from '../errors.ts';
import { renderExpressionTemplates, substituteTemplates } from '../expressions/index.ts';
import type { ExpressionContext } from '../expressions/index.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { PlannedAction, PlannedStep } from '../plan/types.ts';

/** Exchanges stored by `store_result_as`, as the documents that assertions see. */
export type StoredResults = Record<string, JsonValue>;

/** A step as it is sent. */
export interface RenderedStep {
  readonly action: PlannedAction;
  readonly expected: Expected | undefined;
}

/**
 * Fills in what earlier steps stored, then evaluates `${{ }}`. A step without either is returned as it is.
 * @throws HarnessError CONFIG_VARIABLE_UNSET, CONFIG_EXPRESSION, CONFIG_INVALID for a value of the wrong type
 */
export function renderStep(
  step: PlannedStep,
  stored: StoredResults,
  context: () => ExpressionContext,
): RenderedStep | Promise<RenderedStep> {
  if (!step.storedTemplates && !step.expressionTemplates) return step;
  return fillIn(step, stored, context);
}

async function fillIn(
  step: PlannedStep,
  stored: StoredResults,
  context: () => ExpressionContext,
): Promise<RenderedStep> {
  let rendered: JsonValue = { action: step.action, expected: step.expected ?? null } as unknown as JsonObject;
  if (step.storedTemplates) {
    rendered = substituteTemplates(rendered, (name) =>
      Object.hasOwn(stored, name) ? stored[name] : undefined,
    );
  }
  if (step.expressionTemplates) {
    rendered = await renderExpressionTemplates(rendered, { ...context(), steps: stored });
  }
  const { action, expected } = rendered as unknown as { action: PlannedAction; expected: Expected | null };
  if (expected !== null) await requireExpected(expected);
  return { action, expected: expected ?? undefined };
}

/** What was filled in may be of a type that the option does not take, which loading could not see. */
async function requireExpected(expected: Expected): Promise<void> {
  const { expectedSchema } = await import('../assertions/expected.ts');
  const issue = expectedSchema.safeParse(expected).error?.issues[0];
  if (issue === undefined) return;
  throw new HarnessError({
    code: 'CONFIG_INVALID',
    message: `expected.${issue.path.join('.')}, once filled in: ${issue.message}`,
    hint: 'Look at what the earlier step stored, or at what the expression gives.',
  });
}
