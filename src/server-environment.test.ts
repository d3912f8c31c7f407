import { describe, expect, it } from 'vitest';
import { serverEnvironment } from './server-environment.ts';

describe('what servers under test inherit', () => {
  it.each(['PATH', 'HOME', 'GITHUB_TOKEN', 'GITHUB_SHA', 'RUNNER_OS', 'NODE_OPTIONS', 'MY_INPUT_FILE'])(
    'is %s',
    (name) => {
      expect(serverEnvironment({ [name]: 'x' })).toEqual({ [name]: 'x' });
    },
  );

  it.each([
    'INPUT_TOKEN',
    'STATE_reports',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'GITHUB_ENV',
    'GITHUB_OUTPUT',
    'GITHUB_STEP_SUMMARY',
  ])('is not %s', (name) => {
    expect(serverEnvironment({ [name]: 'x' })).toEqual({});
  });
});
