import type { Expected } from '../assertions/expected.ts';
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
 * @throws HarnessError CONFIG_VARIABLE_UNSET, CONFIG_EXPRESSION
 */
export function renderStep(
  step: PlannedStep,
  stored: StoredResults,
  context: () => ExpressionContext,
): RenderedStep | Promise<RenderedStep> {
  if (!step.storedTemplates && !step.expressionTemplates) return step;
  let rendered: JsonValue = { action: step.action, expected: step.expected ?? null } as unknown as JsonObject;
  if (step.storedTemplates) {
    rendered = substituteTemplates(rendered, (name) =>
      Object.hasOwn(stored, name) ? stored[name] : undefined,
    );
  }
  if (!step.expressionTemplates) return toStep(rendered);
  return renderExpressionTemplates(rendered, { ...context(), steps: stored }).then(toStep);
}

function toStep(rendered: JsonValue): RenderedStep {
  const { action, expected } = rendered as unknown as { action: PlannedAction; expected: Expected | null };
  return { action, expected: expected ?? undefined };
}
