import { toBeToolError } from './to-be-tool-error.ts';
import { toHaveNoProtocolFindings } from './to-have-no-protocol-findings.ts';
import { toMatchToolSchema } from './to-match-tool-schema.ts';
import { toRespondWithin } from './to-respond-within.ts';
import { toReturnStructured } from './to-return-structured.ts';
import { toReturnText } from './to-return-text.ts';

/** All matchers by name, for `expect.extend`. */
export const mcpMatchers = {
  toBeToolError,
  toHaveNoProtocolFindings,
  toMatchToolSchema,
  toRespondWithin,
  toReturnStructured,
  toReturnText,
};
