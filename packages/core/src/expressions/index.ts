/**
 * `${...}` substitution and the expressions of `skip_if`, `only_if` and `${{ ... }}`;
 * spec `suite-language.md`, "Variables and expressions".
 */
export { checkExpression, evaluateCondition, evaluateExpression } from './evaluate.ts';
export type { ExpressionContext } from './evaluate.ts';
export type { ExpressionProblem } from './explain-problem.ts';
export { hasExpressionTemplates, renderExpressionTemplates } from './render.ts';
export { mapStrings, substituteTemplates, substituteText, textOf } from './substitute.ts';
export type { SubstituteOptions, TemplateLookup } from './substitute.ts';
export { hasTemplate, parseTemplate } from './template.ts';
export type { TemplateExpression, TemplatePart, TemplateReference, TemplateText } from './template.ts';
