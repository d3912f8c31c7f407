import { z } from 'zod';
import { jsonObject } from './values.ts';

export const clientSchema = z
  .strictObject({
    roots: z
      .array(
        z.strictObject({
          uri: z.string().describe('A file:// URI.'),
          name: z.string().optional().describe('Display name.'),
        }),
      )
      .optional()
      .describe('Answer to roots/list. Unset: the capability is not declared.'),
    sampling: z
      .array(
        z.strictObject({
          pattern: z
            .string()
            .optional()
            .describe('Regular expression over the text of the request; unset matches all.'),
          text: z.string().optional().describe('Text of the assistant message.'),
          model: z.string().default('mcp-test-harness-canned').describe('Name of the model in the answer.'),
          stop_reason: z.string().default('endTurn').describe('stopReason of the answer.'),
          error: z
            .strictObject({
              code: z.number().int().describe('JSON-RPC error code.'),
              message: z.string().describe('Error message.'),
            })
            .optional()
            .describe('Answer with this error instead.'),
        }),
      )
      .optional()
      .describe('Canned answers to sampling/createMessage, tried in order.'),
    elicitation: z
      .array(
        z.strictObject({
          pattern: z
            .string()
            .optional()
            .describe('Regular expression over the message of the request; unset matches all.'),
          action: z.enum(['accept', 'decline', 'cancel']).describe('What the user is said to have done.'),
          content: jsonObject.optional().describe('The form as filled in, for `accept`.'),
        }),
      )
      .optional()
      .describe('Canned answers to elicitation/create, tried in order.'),
  })
  .describe('How the harness answers a server that asks its client.');
