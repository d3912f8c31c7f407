import { quote, renderValue } from './render.ts';
import type { Subject } from './types.ts';

/** The two ways in which an answer can be an error. */
export type ErrorKind = 'protocol' | 'tool';

/** Which error an answer is: a JSON-RPC error, a tool error (`isError`), or none. */
export function errorKindOf(subject: Subject): ErrorKind | undefined {
  if (subject.error !== undefined) return 'protocol';
  return subject.is_error ? 'tool' : undefined;
}

/** The words of the error: the JSON-RPC message, or the text of the tool's answer. */
export function errorMessageOf(subject: Subject): string | undefined {
  return subject.error === undefined ? subject.text : subject.error.message;
}

/** `the server answered with the JSON-RPC error -32602: "Invalid params"`. */
export function describeAnswer(subject: Subject): string {
  const { error, text } = subject;
  if (error !== undefined) {
    const data = error.data === undefined ? '' : `, data ${renderValue(error.data, 300)}`;
    return `the server answered with the JSON-RPC error ${error.code}: ${quote(error.message, 500)}${data}`;
  }
  if (subject.is_error) {
    const words = text === undefined ? renderValue(subject.result, 500) : quote(text, 500);
    return `the tool reported an error (isError: true): ${words}`;
  }
  if (subject.result === undefined) {
    return subject.frames === undefined || subject.frames.length > 0
      ? 'there was no answer with a result'
      : 'nothing came back';
  }
  return `the answer is a success: ${text === undefined ? renderValue(subject.result) : quote(text)}`;
}
