import type { StepConfig } from '../config/schema.ts';
import { HarnessError } from '../errors.ts';
import type { SourceLocation } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { isProtocolMethod } from './protocol-methods.ts';
import type { PlannedAction, PlannedStep } from './types.ts';

/** The keys that a step and a test without `steps` share. */
export type StepLike = Pick<
  StepConfig,
  | 'tool_name'
  | 'input_params'
  | 'method'
  | 'params'
  | 'raw'
  | 'expected'
  | 'expect_error'
  | 'expected_error_code'
  | 'expected_error_pattern'
> &
  Partial<
    Pick<StepConfig, 'name' | 'wait_for_notification' | 'store_result_as' | 'timeout_override_seconds'>
  >;

/** Where a step stands, for messages and failures. */
export interface StepPlace {
  /** Path below its test: '' for the test itself, `steps[1]`. */
  readonly configKey: string;
  /** Shown in messages: `suite/test steps[1]`. */
  readonly title: string;
  readonly location: SourceLocation | undefined;
  /** The test has steps that store results. */
  readonly storesResults: boolean;
}

/**
 * @throws HarnessError CONFIG_INVALID when the step says nothing, or more than one thing, to do
 */
export function planStep(step: StepLike, place: StepPlace): PlannedStep {
  const action = planAction(step, place);
  const late = textsOf([action as unknown as JsonValue, (step.expected ?? null) as JsonValue]);
  const { expect_error: any, expected_error_code: code, expected_error_pattern: pattern } = step;
  return {
    name: step.name,
    action,
    expected: step.expected,
    expectError:
      any === true || code !== undefined || pattern !== undefined
        ? { any: any === true, code, pattern }
        : undefined,
    storeAs: step.store_result_as,
    timeoutMs: step.timeout_override_seconds === undefined ? undefined : step.timeout_override_seconds * 1000,
    configKey: place.configKey,
    storedTemplates: place.storesResults && late.references,
    expressionTemplates: late.expressions,
  };
}

function planAction(step: StepLike, place: StepPlace): PlannedAction {
  const kinds = (['tool_name', 'method', 'raw', 'wait_for_notification'] as const).filter(
    (key) => step[key] !== undefined,
  );
  if (kinds.length !== 1) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message:
        kinds.length === 0
          ? `${place.title} says nothing to send`
          : `${place.title} has ${kinds.join(' and ')}: only one can be done`,
      hint: 'Give one of tool_name (with input_params), method (with params), raw, or in a step wait_for_notification.',
      location: place.location,
    });
  }
  if (step.raw !== undefined) return { kind: 'raw', text: step.raw };
  if (step.wait_for_notification !== undefined) {
    return { kind: 'wait', notification: step.wait_for_notification };
  }
  if (step.method !== undefined) {
    return { kind: 'request', method: step.method, params: step.params ?? step.input_params };
  }
  const tool = step.tool_name ?? '';
  return isProtocolMethod(tool)
    ? { kind: 'request', method: tool, params: step.input_params ?? step.params }
    : { kind: 'tool', tool, args: step.input_params ?? {} };
}

/** Which kinds of templates the strings of a value hold. */
function textsOf(value: JsonValue): { readonly references: boolean; readonly expressions: boolean } {
  if (typeof value === 'string') {
    return { references: value.includes('${'), expressions: value.includes('${{') };
  }
  let references = false;
  let expressions = false;
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) {
      if (item === undefined) continue;
      const inner = textsOf(item);
      references ||= inner.references;
      expressions ||= inner.expressions;
    }
  }
  return { references, expressions };
}
