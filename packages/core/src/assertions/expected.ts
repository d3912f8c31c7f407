/** The zod schema of `expected`, spec `suite-language.md`. Nothing that checks an answer imports this module at run time. */
import { z } from 'zod';
import { parseKey } from './key.ts';
import { matcherMapSchema, templateSchema, validationSchema } from './validation-schema.ts';

const textForm = z.union([z.string(), matcherMapSchema]);

const keySchema = z
  .string()
  .min(1)
  .superRefine((key, context) => {
    if (key.startsWith('$')) return;
    const parsed = parseKey(key);
    if ('fault' in parsed) context.addIssue({ code: 'custom', message: parsed.fault });
  })
  .describe(
    'Where to look: a JSONPath (RFC 9535) when it begins with $, otherwise a dotted path such as result.content[0].text or items[*].id. A first segment that the subject does not have is looked up in result, then in json.',
  );

const patternSchema = z
  .strictObject({
    key: keySchema,
    validation: validationSchema,
    quantifier: z
      .union([
        z.enum(['all', 'any', 'none']),
        z.strictObject({ at_least: z.number().int().min(1).describe('So many, or more.') }),
      ])
      .optional()
      .describe(
        'How many of the selected values have to satisfy the validation; default all. Selecting nothing fails in any case, unless the type is not_exists.',
      ),
    required: z.boolean().optional().describe('false: a failure is a warning. Default true.'),
    message: z.string().optional().describe('Put in front of the failure message.'),
  })
  .describe('One expectation in its long form.');

const snapshotSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      ignore: z
        .array(z.string().min(1))
        .optional()
        .describe(
          'Keys (JSONPath or dotted path) into {result, error} that are removed before storing and comparing.',
        ),
      replace: z
        .array(
          z.strictObject({
            pattern: z.string().min(1).describe('Regular expression (RE2).'),
            with: z.string().describe('What every match becomes; $1 stands for a group.'),
          }),
        )
        .optional()
        .describe('Replacements in every string of the answer before it is stored and compared.'),
    }),
  ])
  .describe(
    'The answer is as it was when it was stored in __snapshots__/<suite>.yaml by --update-snapshots. Never written in CI.',
  );

const customScriptSchema = z
  .strictObject({
    script: z.string().min(1).optional().describe('Path of the script, relative to this file.'),
    inline: z.string().min(1).optional().describe('The script itself.'),
    language: z
      .enum(['python', 'node', 'shell'])
      .optional()
      .describe('Default: by the extension of `script` (.py, .js, .mjs, .cjs, .ts, .sh, .bash).'),
    params: z.record(z.string(), z.json()).optional().describe('Given to the script as context.params.'),
    timeout_seconds: z.number().positive().optional().describe('Longest run time; default 30.'),
    min_score: z.number().optional().describe('The printed score has to reach this.'),
    expected_exit_code: z.number().int().min(0).max(255).optional().describe('Default 0.'),
    env: z.record(z.string(), z.string()).optional().describe('Added to the environment.'),
    working_dir: z.string().optional().describe('Default: the directory of this file.'),
  })
  .superRefine(({ script, inline, language }, context) => {
    if ((script === undefined) === (inline === undefined)) {
      context.addIssue({ code: 'custom', message: 'a custom script needs exactly one of script and inline' });
    }
    if (inline !== undefined && language === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'an inline script needs a language: python, node or shell',
      });
    }
  })
  .describe(
    'A program that judges the answer: it reads {response, context} as JSON on stdin and prints {success, score, message} as JSON, or fails by its exit code.',
  );

/** Everything that a test may expect of an answer. */
export const expectedSchema = z
  .strictObject({
    text: textForm
      .optional()
      .describe('All text content joined by newlines: a string that it equals, or matchers.'),
    json: templateSchema
      .optional()
      .describe(
        'structuredContent, or the text parsed as JSON: partial deep match, in which matchers may stand at any place ({equals: ...} escapes a literal).',
      ),
    error: z
      .strictObject({
        code: z.number().int().optional().describe('JSON-RPC error code.'),
        message: textForm
          .optional()
          .describe(
            'The JSON-RPC error message, or the text of a tool error: a string that it equals, or matchers.',
          ),
        kind: z
          .enum(['protocol', 'tool'])
          .optional()
          .describe('protocol: a JSON-RPC error. tool: a result with isError. Default: either.'),
      })
      .optional()
      .describe('The answer is an error. An empty mapping takes any.'),
    schema: z
      .union([z.boolean(), z.string().min(1), z.record(z.string(), z.json())])
      .optional()
      .describe('JSON Schema for `json` (2020-12, or draft-07 by its $schema), or the path of its file.'),
    snapshot: snapshotSchema.optional(),
    is_error: z
      .boolean()
      .optional()
      .describe('true: a tool error (isError) is wanted. false: no error of any kind, which is the default.'),
    patterns: z.array(patternSchema).optional().describe('Expectations in their long form.'),
    custom_scripts: z.array(customScriptSchema).optional().describe('Programs that judge the answer.'),
    allow_extra_fields: z
      .boolean()
      .optional()
      .describe('false: objects in `json` and `matches` have no members but those named. Default true.'),
    ignore_order: z.boolean().optional().describe('Compare arrays whatever the order of their items.'),
    normalize_whitespace: z
      .boolean()
      .optional()
      .describe('Compare strings trimmed, with every run of white space as one space. Not for regex.'),
    case_sensitive: z
      .boolean()
      .optional()
      .describe('false: compare strings, and match patterns, whatever the case.'),
    max_validation_errors: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('How many failures of one answer are shown; default 20. The verdict does not depend on it.'),
  })
  .describe(
    'What the answer has to be. Without `error` or `is_error: true`, an error answer fails the test.',
  );

/** Expectations as they are written. */
export type Expected = z.output<typeof expectedSchema>;
/** One entry of `custom_scripts`. */
export type CustomScript = z.output<typeof customScriptSchema>;
/** The value of `snapshot`. */
export type SnapshotForm = z.output<typeof snapshotSchema>;
