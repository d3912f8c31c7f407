/** A few words to write JSON Schema with: what is written down here is data, compiled ahead of time. */

export type Schema = Readonly<Record<string, unknown>>;
export type Definitions = Readonly<Record<string, Schema>>;

export const string: Schema = { type: 'string' };
export const number: Schema = { type: 'number' };
export const integer: Schema = { type: 'integer' };
export const boolean: Schema = { type: 'boolean' };
export const anything: Schema = {};
export const anyObject: Schema = { type: 'object' };
/** RFC 3986: a scheme, and no white space. */
export const uri: Schema = { type: 'string', format: 'uri' };
export const uriTemplate: Schema = { type: 'string', format: 'uri-template' };
export const base64: Schema = { type: 'string', format: 'byte' };
export const stringOrInteger: Schema = { type: ['string', 'integer'] };
/** A number from 0 to 1. */
export const share: Schema = { type: 'number', minimum: 0, maximum: 1 };

export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
export const array = (items: Schema): Schema => ({ type: 'array', items });
export const map = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
export const literal = (value: string): Schema => ({ type: 'string', const: value });
export const oneOfStrings = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });
export const anyOf = (...schemas: readonly Schema[]): Schema => ({ anyOf: schemas });

/** Unknown members are allowed everywhere, as in the official schemas. */
export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  const names = Object.keys(required);
  return {
    type: 'object',
    properties: { ...required, ...optional },
    ...(names.length === 0 ? {} : { required: names }),
  };
}

/** A union told apart by one of its members, so that one fault gives one violation. */
export function unionBy(member: string, ...names: readonly string[]): Schema {
  return {
    type: 'object',
    required: [member],
    discriminator: { propertyName: member },
    oneOf: names.map(ref),
  };
}

/** A union told apart by its `type` member. */
export function unionByType(...names: readonly string[]): Schema {
  return unionBy('type', ...names);
}
