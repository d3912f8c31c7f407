import { isJsonObject, type JsonObject } from '../../json.ts';
import type { RuleId } from '../rules.ts';
import type { JsonRpcErrorObject } from '../types.ts';

export type MessageKind = 'response' | 'request' | 'notification' | 'none';

/** A fault of a message's envelope. */
export interface Fault {
  readonly rule: RuleId;
  readonly message: string;
}

const noFaults: readonly Fault[] = Object.freeze([]);
const envelopeMembers = new Set(['jsonrpc', 'id', 'method', 'params']);

/**
 * What an object is meant to be, forgivingly: a structured log line is `none`, a message without `jsonrpc` is still
 * one. With both a method and a result it is an answer.
 */
export function kindOf(message: JsonObject): MessageKind {
  const isAnswer = message['result'] !== undefined || message['error'] !== undefined;
  if (message['jsonrpc'] === undefined && !passesWithoutVersion(message, isAnswer)) return 'none';
  if (isAnswer) return 'response';
  if (typeof message['method'] === 'string') return message['id'] === undefined ? 'notification' : 'request';
  return message['id'] === undefined ? 'none' : 'response';
}

function passesWithoutVersion(message: JsonObject, isAnswer: boolean): boolean {
  if (isAnswer) return message['id'] !== undefined;
  return (
    typeof message['method'] === 'string' && Object.keys(message).every((key) => envelopeMembers.has(key))
  );
}

/** True for an answer whose envelope is right, its id apart: what nearly all messages are, told at little cost. */
export function isSoundAnswer(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const { jsonrpc, result, error, method } = value;
  return jsonrpc === '2.0' && error === undefined && method === undefined && isJsonObject(result);
}

/** Faults of an answer's envelope, apart from its id. */
export function responseFaults(message: JsonObject): readonly Fault[] {
  const { result, error } = message;
  const faults = versionFaults(message);
  if (message['method'] !== undefined) {
    faults.push({ rule: 'jsonrpc.mixed-members', message: 'an answer must not have a method' });
  }
  if (result !== undefined && error !== undefined) {
    faults.push({ rule: 'jsonrpc.result-and-error', message: 'the answer has both result and error' });
  }
  if (result === undefined && error === undefined) {
    faults.push({ rule: 'jsonrpc.no-result-no-error', message: 'the answer has neither result nor error' });
  }
  if (result !== undefined && !isJsonObject(result)) {
    faults.push({
      rule: 'jsonrpc.result-type',
      message: `result must be an object and is ${nameType(result)}`,
    });
  }
  if (error !== undefined) faults.push(...errorFaults(error));
  return faults;
}

function errorFaults(error: unknown): readonly Fault[] {
  const wrong = (message: string): Fault => ({ rule: 'jsonrpc.error-object', message });
  if (!isJsonObject(error)) return [wrong(`error must be an object and is ${nameType(error)}`)];
  const faults: Fault[] = [];
  if (!Number.isInteger(error['code'])) {
    faults.push(wrong(`error.code must be an integer and is ${nameType(error['code'])}`));
  }
  if (typeof error['message'] !== 'string') {
    faults.push(wrong(`error.message must be a string and is ${nameType(error['message'])}`));
  }
  return faults;
}

/** Faults of the envelope of a request or notification. */
export function callFaults(message: JsonObject): readonly Fault[] {
  const { jsonrpc, params, id, method } = message;
  if (jsonrpc === '2.0' && id === undefined && (params === undefined || isJsonObject(params)))
    return noFaults;
  const faults = versionFaults(message);
  if (params !== undefined && !isJsonObject(params)) {
    faults.push({
      rule: 'jsonrpc.params-type',
      message: `params of ${typeof method === 'string' ? method : 'a call'} must be an object and is ${nameType(params)}`,
    });
  }
  if (id !== undefined && typeof id !== 'string' && !Number.isInteger(id)) {
    faults.push({
      rule: 'jsonrpc.request-id',
      message: `the id of a request must be a string or an integer and is ${nameType(id)}`,
    });
  }
  return faults;
}

/**
 * The error of an answer in the form that the specification gives it. Of a faulty one (whose faults are reported
 * apart) as much is kept as can be: code 0 for none, the message as JSON when it is no text, nothing for no object.
 */
export function toErrorObject(error: unknown): JsonRpcErrorObject | undefined {
  if (!isJsonObject(error)) return undefined;
  const { code, message, data } = error;
  return {
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : (JSON.stringify(message) ?? ''),
    ...(data === undefined ? undefined : { data }),
  };
}

function versionFaults(message: JsonObject): Fault[] {
  const { jsonrpc } = message;
  if (jsonrpc === '2.0') return [];
  const text =
    jsonrpc === undefined
      ? 'the message has no member jsonrpc'
      : `jsonrpc must be "2.0" and is ${JSON.stringify(jsonrpc)?.slice(0, 40)}`;
  return [{ rule: 'jsonrpc.version', message: text }];
}

/** A value's type in words: `an array`, `null`, `a string`. */
export function nameType(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a fraction';
  return `a ${typeof value}`;
}
