import { z } from 'zod';
import { expectedSchema } from '../../assertions/expected.ts';
import { jsonObject, seconds } from './values.ts';

/** Expectations that tests and steps share. */
export const expectationKeys = {
  expected: expectedSchema.optional(),
  expect_error: z
    .boolean()
    .optional()
    .describe('The answer must be an error (JSON-RPC error or tool error).'),
  expected_error_code: z
    .number()
    .int()
    .optional()
    .describe('JSON-RPC error code that the answer must carry.'),
  expected_error_pattern: z
    .string()
    .optional()
    .describe('Regular expression that the error message must match.'),
};

export const stepSchema = z
  .strictObject({
    name: z.string().optional().describe('Shown in reports.'),
    tool_name: z.string().optional().describe('Tool to call. A protocol method here is read as `method`.'),
    input_params: jsonObject.optional().describe('Arguments of the tool.'),
    method: z.string().optional().describe('Any request method.'),
    params: jsonObject.optional().describe('Its params.'),
    raw: z.string().optional().describe('Bytes sent as they stand, for negative tests.'),
    wait_for_notification: z
      .string()
      .optional()
      .describe('Wait for this notification instead of sending a request.'),
    store_result_as: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .optional()
      .describe('Later steps read this exchange as ${name.result...}.'),
    timeout_override_seconds: seconds().optional().describe('Longest wait for this step.'),
    ...expectationKeys,
  })
  .describe('One request of a test.');
