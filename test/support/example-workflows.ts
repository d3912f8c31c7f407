/** What the workflows of the examples say, so that tests can do it. */
import { parse } from 'yaml';
import { ownAction, readWorkflows, type Job, type Workflow } from './workflows.ts';

type Texts = Readonly<Record<string, string>>;

/** A step of an example that runs our Action, in one job of its matrix. */
export interface HarnessStep {
  readonly workflow: string;
  readonly job: string;
  readonly matrix: Texts | undefined;
  /** Shell lines of the same job before it, but those that install: the packages are there. */
  readonly before: readonly string[];
  readonly inputs: Texts;
  readonly env: Texts;
  readonly permissions: Texts;
}

/**
 * The steps of an example that run our Action, in the order of the files and jobs.
 * @param workspace stands for `github.workspace`
 * @param port stands for the port 3001, so that two runs on one machine do not meet
 */
export function harnessSteps(example: string, workspace: string, port: number): readonly HarnessStep[] {
  // A comment comes after what it is about.
  const files = readWorkflows(`examples/${example}/.github/workflows/*.yml`).toSorted(
    (a, b) => Number(a.path.includes('comment')) - Number(b.path.includes('comment')),
  );
  return files.flatMap(({ path, text }) => {
    const { jobs, permissions } = parse(text.replaceAll('3001', String(port))) as Workflow;
    return Object.entries(jobs).flatMap(([job, content]) =>
      instancesOf(content).flatMap((matrix) =>
        stepsOf(path, job, { permissions, ...content }, { matrix, workspace }),
      ),
    );
  });
}

function stepsOf(
  workflow: string,
  job: string,
  { steps, permissions }: Job,
  { matrix, workspace }: { readonly matrix: Texts | undefined; readonly workspace: string },
): readonly HarnessStep[] {
  const fill = (value: unknown): string =>
    String(value).replaceAll(/\$\{\{ *([\w.]+) *\}\}/g, (_, name: string) => {
      const known = name === 'github.workspace' ? workspace : matrix?.[name.replace(/^matrix\./, '')];
      if (known === undefined) throw new Error(`${workflow}: these tests do not know ${name}`);
      return known;
    });
  const texts = (values: Readonly<Record<string, unknown>> = {}): Texts =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]));
  return steps.flatMap((step, index) =>
    step.uses !== ownAction
      ? []
      : [
          {
            workflow,
            job,
            matrix,
            before: steps
              .slice(0, index)
              .flatMap(({ run }) => (run === undefined || run === 'npm install' ? [] : [fill(run)])),
            inputs: texts(step.with),
            env: texts(step.env),
            permissions: texts(permissions as Texts),
          },
        ],
  );
}

/** Each combination of the values of a matrix; one undefined without any. */
function instancesOf({ strategy }: Job): readonly (Texts | undefined)[] {
  const axes = Object.entries(strategy?.matrix ?? {});
  if (axes.length === 0) return [undefined];
  return axes.reduce<readonly Texts[]>(
    (instances, [name, values]) =>
      instances.flatMap((instance) => values.map((value) => ({ ...instance, [name]: String(value) }))),
    [{}],
  );
}

/**
 * The commands that do on the command line what the Action does with these inputs. None for `merge` and `comment`, which
 * work with what other jobs have found.
 */
export function commandsOf({ inputs }: HarnessStep): readonly (readonly string[])[] {
  const { config, run, compare } = inputs;
  const url = inputs['server-url'];
  const command = inputs['server-command'];
  if (run === 'merge' || run === 'comment') return [];
  const ofConfig = ['test', ...(compare === undefined ? [] : ['benchmark'])];
  const parts = run?.split(',') ?? (config === undefined ? ['audit', 'compliance', 'benchmark'] : ofConfig);
  return parts.map((part) => [
    part,
    ...(config === undefined ? [] : ['--config', config]),
    ...(url === undefined ? [] : ['--url', url]),
    ...(part === 'benchmark' && compare !== undefined
      ? compareOptions(compare, inputs['setup-command'])
      : []),
    ...(command === undefined ? [] : ['--', ...command.split(' ')]),
  ]);
}

function compareOptions(compare: string, setup: string | undefined): readonly string[] {
  const ref = compare === 'merge-base' ? 'merge-base:main' : compare;
  return ['--compare-ref', ref, ...(setup === undefined ? [] : ['--setup-command', setup])];
}

/** A command as a README writes it. */
export function written(command: readonly string[]): string {
  const words = command.map((word) => (/[\s"]/.test(word) ? `"${word}"` : word));
  return ['npx', 'mcp-test-harness', ...words].join(' ');
}
