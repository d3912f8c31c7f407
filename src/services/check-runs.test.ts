import { describe, expect, it } from 'vitest';
import { type CheckAnnotation, publishCheckRun } from './check-runs.ts';
import { fakeApi, httpError } from './testing/fake-api.ts';

const annotation = (line: number): CheckAnnotation => ({
  path: 'suite.yaml',
  startLine: line,
  level: 'failure',
  title: 't'.repeat(300),
  message: 'm'.repeat(5000),
});
const report = {
  name: 'MCP Test Harness',
  headSha: 'a'.repeat(40),
  conclusion: 'failure' as const,
  title: '2 tests fail',
  summary: 's'.repeat(70_000),
  annotations: Array.from({ length: 120 }, (_, line) => annotation(line + 1)),
};

interface Output {
  readonly summary: string;
  readonly annotations: readonly {
    readonly start_line: number;
    readonly title: string;
    readonly message: string;
  }[];
}

describe('a check run', () => {
  it('takes its annotations in batches, and all within the limits of GitHub', async () => {
    const outputs: Output[] = [];
    const take = ({ output }: Readonly<Record<string, unknown>>): object => {
      outputs.push(output as Output);
      return { id: 3, html_url: 'https://github.com/runs/3' };
    };
    const { api } = fakeApi({ 'POST /check-runs': take, 'PATCH /check-runs/{check_run_id}': take });
    expect(await publishCheckRun(api, report)).toEqual({
      status: 'created',
      id: 3,
      url: 'https://github.com/runs/3',
    });
    expect(outputs.map(({ annotations }) => annotations.map((one) => one.start_line))).toEqual([
      Array.from({ length: 50 }, (_, index) => index + 1),
      Array.from({ length: 50 }, (_, index) => index + 51),
      Array.from({ length: 20 }, (_, index) => index + 101),
    ]);
    expect(outputs[0]?.summary.length).toBe(65_535);
    expect(outputs[0]?.annotations[0]?.title.length).toBe(255);
    expect(outputs[0]?.annotations[0]?.message.length).toBe(4096);
  });

  it('is refused without the permission, which is optional', async () => {
    const { api } = fakeApi({
      'POST /check-runs': () => httpError(403, 'Resource not accessible by integration'),
    });
    expect(await publishCheckRun(api, report)).toMatchObject({
      status: 'refused',
      fault: { reason: 'denied' },
    });
  });
});
