import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { SchemaDialect } from '../types.ts';
import type { Judgement } from './judgement.ts';

/** A keyword, and how it judges. An argument of a wrong type judges nothing: that is a fault of the schema. */
export interface Keyword {
  readonly name: string;
  /** The one draft that knows it, when not both do. */
  readonly only?: SchemaDialect;
  readonly check: (argument: JsonValue, judgement: Judgement) => void;
}

type Check<Argument, Value> = (argument: Argument, value: Value, judgement: Judgement) => void;
type Guard<Type extends JsonValue> = (value: JsonValue) => value is Type;

const isNumber: Guard<number> = (value) => typeof value === 'number';
const isText: Guard<string> = (value) => typeof value === 'string';
const isArray: Guard<readonly JsonValue[]> = (value) => Array.isArray(value);
const isAny: Guard<JsonValue> = (_value): _value is JsonValue => true;

/** A check for arguments of one type and values of one type; all others pass. */
function when<Argument extends JsonValue, Value extends JsonValue>(
  isArgument: Guard<Argument>,
  isValue: Guard<Value>,
): (check: Check<Argument, Value>) => Keyword['check'] {
  return (check) => (argument, judgement) => {
    if (isArgument(argument) && isValue(judgement.value)) check(argument, judgement.value, judgement);
  };
}

export const numberLimit = when(isNumber, isNumber);
export const textLimit = when(isNumber, isText);
export const textRule = when(isText, isText);
export const sizeOfArray = when(isNumber, isArray);
export const itemsRule = when(isAny, isArray);
export const itemList = when(isArray, isArray);
export const sizeOfObject = when(isNumber, isJsonObject as Guard<JsonObject>);
export const membersRule = when(isAny, isJsonObject as Guard<JsonObject>);
export const memberMap = when(isJsonObject as Guard<JsonObject>, isJsonObject as Guard<JsonObject>);
export const memberList = when(isArray, isJsonObject as Guard<JsonObject>);
export const schemaList = when(isArray, isAny);
export const reference = when(isText, isAny);
export const anyRule = when(isAny, isAny);
