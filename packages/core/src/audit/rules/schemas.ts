import { isJsonObject } from '../../json.ts';
import { defineRule } from '../define.ts';
import { memberSchemas, nameOf } from '../walk.ts';

const constraining = ['type', 'enum', 'const', '$ref', 'anyOf', 'oneOf', 'allOf', 'not', 'if'];

export default [
  defineRule({
    code: 'schema.anything',
    severity: 'warning',
    title: 'A parameter without a type takes anything, and the model finds out by trial',
    remedy: 'Give it a type, or an enum of what it may be.',
    *inspect({ tools }) {
      for (const tool of tools) {
        for (const { path, name, schema } of memberSchemas(tool['inputSchema'], 'inputSchema')) {
          if (constraining.some((key) => schema[key] !== undefined)) continue;
          yield {
            subject: { kind: 'tool', name: nameOf(tool) },
            path,
            message: `parameter "${name}" may be anything`,
          };
        }
      }
    },
  }),
  defineRule({
    code: 'schema.no-parameters-said',
    severity: 'info',
    title: 'An input schema without properties does not say whether there are none or any',
    remedy: 'For a tool without parameters write {"type": "object", "additionalProperties": false}.',
    *inspect({ tools }) {
      for (const tool of tools) {
        const { inputSchema } = tool;
        if (!isJsonObject(inputSchema) || inputSchema['additionalProperties'] === false) continue;
        const { properties } = inputSchema;
        const isBare = !isJsonObject(properties) || Object.keys(properties).length === 0;
        const others = ['$ref', 'anyOf', 'oneOf', 'allOf'].some((key) => inputSchema[key] !== undefined);
        if (isBare && !others) {
          yield {
            subject: { kind: 'tool', name: nameOf(tool) },
            path: 'inputSchema',
            message: `the input schema of "${nameOf(tool)}" names no property and allows any`,
          };
        }
      }
    },
  }),
];
