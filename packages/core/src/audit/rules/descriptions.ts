import { defineRule } from '../define.ts';
import { memberSchemas, nameOf } from '../walk.ts';

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

export default [
  defineRule({
    code: 'description.missing',
    severity: 'warning',
    title: 'A model chooses by the description; without one it guesses',
    remedy: 'Say in one or two sentences what it does, when to use it and what comes back.',
    *inspect(_definitions, subjects) {
      for (const { kind, name, definition } of subjects) {
        if (kind === 'server' || kind === 'resource') continue;
        if (!isText(definition['description'])) {
          yield { subject: { kind, name }, message: `the ${kind} "${name}" has no description` };
        }
      }
    },
  }),
  defineRule({
    code: 'description.short',
    severity: 'info',
    title: 'A description of a word or two rarely says more than the name',
    remedy: 'Say when to use it and what comes back.',
    *inspect(_definitions, subjects) {
      for (const { kind, name, definition } of subjects) {
        const { description } = definition;
        if (kind !== 'tool' || !isText(description) || description.trim().length >= 20) continue;
        yield {
          subject: { kind, name },
          message: `"${description.trim()}" is all that tool "${name}" says of itself`,
        };
      }
    },
  }),
  defineRule({
    code: 'description.duplicate',
    severity: 'warning',
    title: 'Two tools with the same description cannot be told apart',
    remedy: 'Say in each how it differs from the other.',
    *inspect(_definitions, subjects) {
      const seen = new Map<string, string>();
      for (const { kind, name, definition } of subjects) {
        const { description } = definition;
        if (kind !== 'tool' || !isText(description)) continue;
        const other = seen.get(description.trim());
        if (other === undefined) seen.set(description.trim(), name);
        else
          yield {
            subject: { kind, name },
            message: `tools "${other}" and "${name}" have the same description`,
          };
      }
    },
  }),
  defineRule({
    code: 'parameter.undescribed',
    severity: 'warning',
    title: 'A model fills in a parameter by its description',
    remedy: 'Give every property of the input schema a description with an example or its unit.',
    *inspect({ tools }) {
      for (const tool of tools) {
        const name = nameOf(tool);
        for (const { path, name: parameter, schema } of memberSchemas(tool['inputSchema'], 'inputSchema')) {
          if (isText(schema['description']) || isText(schema['title']) || schema['const'] !== undefined)
            continue;
          yield {
            subject: { kind: 'tool', name },
            path,
            message: `parameter "${parameter}" has no description`,
          };
        }
      }
    },
  }),
];
