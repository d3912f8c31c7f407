import { formatPath, member, textMember } from '../node.ts';
import type { MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { meantKey } from '../unknown-key.ts';
import type { Placed } from './walk.ts';

/** Requests a client can send, in any revision; a `tool_name` of this form is read as `method`. */
const methodPattern = /^[a-z]+\/[A-Za-z/]+$|^ping$|^initialize$/;

const actionsOf = {
  test: ['tool_name', 'method', 'raw', 'steps'],
  step: ['tool_name', 'method', 'raw', 'wait_for_notification'],
} as const;

/** What a test or a step sends, and that its expectations do not contradict each other. */
export function checkAction(placed: Placed, kind: 'test' | 'step', problems: Problems): void {
  const { node, path } = placed;
  const at = formatPath(path);
  const keys = actionsOf[kind];
  const given = keys.filter((key) => node.entries.has(key));
  const [first, second] = given;
  if (first === undefined) {
    const meant = [...node.entries.keys()].map((key) => meantKey(path, key));
    if (!keys.some((key) => meant.includes(key))) {
      problems.add(
        'CONFIG_INVALID',
        node,
        `${at}: says nothing to send: expected one of ${keys.join(', ')}`,
        {
          hint: 'For example tool_name: echo and input_params: {message: hello}.',
        },
      );
    }
  } else if (second !== undefined) {
    problems.add(
      'CONFIG_INVALID',
      node.entries.get(second)?.key ?? node,
      `${at}: ${first} and ${second} are both given, expected one of them`,
      {
        hint: kind === 'test' ? 'To send several requests, list them under steps.' : 'Make two steps of it.',
      },
    );
  }
  if (kind === 'test') checkMisplaced(placed, problems);
  checkParams(placed, problems);
  checkExpectations(placed, problems);
}

/** A test of several steps expects something of each step, not of itself. */
function checkMisplaced({ node, path }: Placed, problems: Problems): void {
  if (!node.entries.has('steps')) return;
  for (const key of ['expected', 'expect_error', 'expected_error_code', 'expected_error_pattern']) {
    const entry = node.entries.get(key);
    if (entry === undefined) continue;
    problems.add(
      'CONFIG_INVALID',
      entry.key,
      `${formatPath([...path, key])}: a test with steps expects something of each step, not of itself`,
      { hint: `Move ${key} into the step that it is about.` },
    );
  }
}

function checkParams({ node, path }: Placed, problems: Problems): void {
  const tool = textMember(node, 'tool_name');
  const inputParams = node.entries.get('input_params');
  const params = node.entries.get('params');
  const isMethod = tool !== undefined && methodPattern.test(tool);
  if (inputParams !== undefined && !node.entries.has('tool_name')) {
    const other = node.entries.has('method');
    problems.add(
      'CONFIG_INVALID',
      inputParams.key,
      `${formatPath([...path, 'input_params'])}: there is no tool_name for it`,
      {
        hint: other ? 'The params of a method are written under params.' : 'Add tool_name, or remove it.',
      },
    );
  }
  if (params !== undefined && !node.entries.has('method') && !isMethod) {
    problems.add(
      'CONFIG_INVALID',
      params.key,
      `${formatPath([...path, 'params'])}: there is no method for it`,
      {
        hint: node.entries.has('tool_name')
          ? 'The arguments of a tool are written under input_params.'
          : 'Add method, or remove it.',
      },
    );
  }
  if (inputParams !== undefined && params !== undefined && isMethod) {
    problems.add(
      'CONFIG_INVALID',
      params.key,
      `${formatPath([...path, 'params'])}: input_params and params are both given`,
      {
        hint: 'Keep one of them.',
      },
    );
  }
}

/** Short forms that look at a result, which an error does not have. */
const resultForms = ['text', 'json', 'schema'] as const;

function checkExpectations({ node, path }: Placed, problems: Problems): void {
  const wantsError = wanted(node);
  if (wantsError === undefined) return;
  const expected = member(node, 'expected');
  if (expected?.kind !== 'map') return;
  for (const form of resultForms) {
    const entry = expected.entries.get(form);
    if (entry === undefined) continue;
    problems.add(
      'CONFIG_INVALID',
      entry.key,
      `${formatPath([...path, 'expected', form])}: looks at a result, but ${wantsError} asks for an error`,
      {
        hint: 'Describe the error: expected_error_code, expected_error_pattern or expected.error.',
      },
    );
  }
  const isError = member(expected, 'is_error');
  if (isError?.kind === 'scalar' && isError.value === false) {
    problems.add(
      'CONFIG_INVALID',
      isError,
      `${formatPath([...path, 'expected', 'is_error'])}: false contradicts ${wantsError}`,
      {
        hint: 'Remove one of the two.',
      },
    );
  }
}

/** The key that asks for an error, if any does. `expect_error: false` together with a code is a contradiction too. */
function wanted(node: MapNode): string | undefined {
  const flag = member(node, 'expect_error');
  if (flag?.kind === 'scalar' && flag.value === true) return 'expect_error';
  return ['expected_error_code', 'expected_error_pattern'].find((key) => node.entries.has(key));
}
