/** Names that an expression may start from. */
export const expressionContexts = ['server', 'protocol_version', 'env', 'variables', 'environment', 'steps'];

/** Functions of an expression, as documentation writes them; calls ignore case. */
export const expressionFunctions = [
  'contains',
  'startsWith',
  'endsWith',
  'format',
  'join',
  'toJSON',
  'fromJSON',
  'case',
];

/** Longest expression accepted, in UTF-16 units; keeps parsing and evaluation within a bounded stack. */
export const maxExpressionLength = 4000;

/** Longest text that one function of an expression may produce, in UTF-16 units. */
export const maxTextLength = 16 * 1024 * 1024;
