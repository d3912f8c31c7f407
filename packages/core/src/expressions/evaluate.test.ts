import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { checkExpression, evaluateCondition, evaluateExpression } from './evaluate.ts';
import type { ExpressionContext } from './evaluate.ts';
import { renderExpressionTemplates } from './render.ts';

const context: ExpressionContext = {
  server: { capabilities: { tools: { listChanged: true } }, info: { name: 'Everything', version: '2.0.0' } },
  protocol_version: '2025-06-18',
  env: { CI: 'true', constructor: 'own' },
  variables: { size: 3, list: [1, 'b'], Name: 'upper', name: 'lower', nested: { __proto__x: 1 } },
  environment: 'staging',
  steps: { login: { result: { content: [{ text: 'token-1' }] } } },
};

describe('evaluateExpression', () => {
  it.each<[string, JsonValue]>([
    ['server.info.name', 'Everything'],
    ["server.info.name == 'everything'", true],
    ['server.capabilities.resources', null],
    ['server.capabilities.tools.listChanged', true],
    ["protocol_version >= '2025-03-26'", true],
    ['env.CI', 'true'],
    ['env.constructor', 'own'],
    ['variables.constructor', null],
    ['variables.__proto__', null],
    ['variables.name', 'lower'],
    ['variables.Name', 'upper'],
    ['variables.SIZE', 3],
    ['variables.list', [1, 'b']],
    ['variables.list[1]', 'b'],
    ['variables.list[-1]', null],
    ['variables.list[9]', null],
    ['variables.list.*', [1, 'b']],
    ["contains(variables.list, 'B')", true],
    ["environment == 'staging' && variables.size > 2", true],
    ['steps.login.result.content[0].text', 'token-1'],
    ["format('{0}-{1}', 'a', 1)", 'a-1'],
    ["join(variables.list, '/')", '1/b'],
    ['fromJSON(\'{"a": [true]}\').a[0]', true],
    ['toJSON(variables.list)', '[\n  1,\n  "b"\n]'],
    ["'it''s ''quoted'''", "it's 'quoted'"],
    ["${{ environment == 'staging' }}", true],
  ])('%s → %j', async (source, expected) => {
    expect(await evaluateExpression(source, context)).toEqual(expected);
  });

  it('reads contexts that were not given as null', async () => {
    expect(await evaluateExpression('server.capabilities.tools', {})).toBeNull();
  });

  it.each<[string, boolean]>([
    ["''", false],
    ['0', false],
    ['null', false],
    ['server.capabilities.tools', true],
    ['server.capabilities.prompts', false],
    ["'false'", true],
  ])('as a condition %s is %s', async (source, expected) => {
    expect(await evaluateCondition(source, context)).toBe(expected);
  });

  it('refuses texts that grow out of bounds', async () => {
    const wide = `'${'{0}'.repeat(300)}'`;
    const bomb = `format(${wide}, format(${wide}, format(${wide}, '0123456789')))`;
    await expect(evaluateExpression(bomb, {})).rejects.toMatchObject({
      code: 'CONFIG_EXPRESSION',
      message: expect.stringContaining('longer than'),
    });
  });

  it('reports JSON that cannot be read', async () => {
    await expect(evaluateExpression("fromJSON('{')", {})).rejects.toMatchObject({
      code: 'CONFIG_EXPRESSION',
      message: `fromJSON('{'): fromJSON cannot read "{" as JSON`,
    });
  });
});

describe('checkExpression', () => {
  it('accepts what it can parse', async () => {
    expect(await checkExpression("!server.capabilities.tools || env.X == 'a'")).toBeUndefined();
  });

  it.each([
    ['servr.info', 0, '"servr" is not known here', 'Did you mean server?'],
    ['matrix.a', 0, '"matrix" is not known here', 'Known are server,'],
    ['env.A == "x"', 9, 'unexpected "\\"x\\""', 'Strings are written in single quotes'],
    ["env.A = 'x'", 6, 'unexpected "="', 'Compare with ==.'],
    ['env.A and env.B', 6, '"and" is not an operator', 'Write &&.'],
    ['not env.B', 0, undefined, undefined],
    ["startWith(env.A, 'x')", 0, 'there is no function "startWith"', 'Did you mean startsWith?'],
    ["contains('x')", 0, 'contains: too few parameters supplied', undefined],
    ['env.A ==', undefined, 'the expression ends too early', undefined],
    ["env.A == 'x", 9, undefined, "Close the string with '."],
    ['(env.A', undefined, 'the expression ends too early', undefined],
    ['   ', 0, 'the expression is empty', undefined],
    ['${{ servr.x }}', 4, '"servr" is not known here', undefined],
    ["env.A == 'a'\n  && envi.B", 18, '"envi" is not known here', 'Did you mean env?'],
    [`1 ${'|| 1'.repeat(2000)}`, 0, 'the expression is longer than 4000 characters', undefined],
    ['('.repeat(60), undefined, 'the expression is nested too deep', undefined],
  ])('%s', async (source, offset, message, hint) => {
    const problem = await checkExpression(source);
    expect(problem).toBeDefined();
    if (offset !== undefined) expect(problem?.offset).toBe(offset);
    if (message !== undefined) expect(problem?.message).toContain(message);
    if (hint !== undefined) expect(problem?.hint).toContain(hint);
  });
});

describe('renderExpressionTemplates', () => {
  it.each<[JsonValue, JsonValue]>([
    ['${{ variables.size }}', 3],
    ['size ${{ variables.size }} of ${{ variables.missing }}.', 'size 3 of .'],
    [{ a: ['${{ variables.list }}'] }, { a: [[1, 'b']] }],
    ['$${{ variables.size }}', '${{ variables.size }}'],
    ['left ${alone', 'left ${alone'],
    ['${{ variables.missing }}', null],
  ])('%j → %j', async (template, expected) => {
    expect(await renderExpressionTemplates(template, context)).toEqual(expected);
  });
});
