import { describe, expect, it } from 'vitest';
import { addToPath, pathKey } from './search-path.ts';

describe('the search path', () => {
  it('is PATH and nothing else on POSIX systems', () => {
    expect(pathKey({ Path: 'x' }, 'linux')).toBe('PATH');
    expect(addToPath({ PATH: '/bin' }, ['/tools'], 'linux')).toEqual({ PATH: '/tools:/bin' });
    expect(addToPath({}, ['/tools'], 'linux')).toEqual({ PATH: '/tools' });
  });

  it('has any case on Windows, and stays one variable', () => {
    expect(addToPath({ Path: 'C:\\Windows' }, ['C:\\tools'], 'win32')).toEqual({
      Path: expect.stringMatching(/^C:\\tools.C:\\Windows$/),
    });
  });

  it('stays as it is when nothing is added', () => {
    const env = { PATH: '/bin' };
    expect(addToPath(env, [])).toBe(env);
  });
});
