/** What every workflow of this repository must keep beyond what actionlint looks at. */
import { parse } from 'yaml';
import { eventsOf, ownAction, type Job, type Step, type Workflow } from './workflows.ts';

/** What `action.yml` says. */
export interface ActionInterface {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const pinned = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
const isOurs = (uses: string): boolean => uses === './' || uses === ownAction;

/**
 * @param action what may be given to our own Action; undefined leaves that out
 * @param isExample an example is copied by others: it is short, and names our Action by its moving tag
 * @returns a sentence for each fault
 */
export function workflowFaults(text: string, action?: ActionInterface, isExample = false): readonly string[] {
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  return [
    ...unpinnedActions(text, isExample),
    ...permissionFaults(workflow, jobs),
    ...eventsOf(workflow)
      .filter((event) => event === 'pull_request_target')
      .map((event) => `${event} runs with the secrets of the repository beside code of strangers`),
    ...jobs.flatMap(([id, job]) => [
      ...(isExample ? [] : ownJobFaults(id, job, workflow)),
      ...job.steps.flatMap((step) => stepFaults(step, id)),
      ...(action === undefined ? [] : interfaceFaults(id, job, action)),
    ]),
  ];
}

function unpinnedActions(text: string, isExample: boolean): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /^\s*(?:- )?uses:/.test(line))
    .filter((line) => {
      const uses = line.replace(/^\s*(?:- )?uses: */, '').trim();
      return !(uses === './' || (isExample && uses === ownAction) || pinned.test(line));
    })
    .map((line) => `${line.trim()}: not pinned by a commit with its version behind it`);
}

function permissionFaults(workflow: Workflow, jobs: readonly (readonly [string, Job])[]): readonly string[] {
  const { permissions } = workflow;
  if (permissions === undefined) return ['no permissions at the top: jobs get what the repository is set to'];
  if (typeof permissions === 'string') return [`permissions: ${permissions}`];
  const writes = Object.entries(permissions as object).filter(([, level]) => level === 'write');
  const faults = jobs
    .filter(([, job]) => typeof job.permissions === 'string')
    .map(([id, job]) => `${id}: permissions: ${job.permissions as string}`);
  if (jobs.length > 1 && writes.length > 0 && jobs.some(([, job]) => !usesOnlyOurRights(job)))
    faults.push(
      `${writes.map(([scope]) => scope).join(', ')}: written by every job; give it to the job that needs it`,
    );
  return faults;
}

/** Jobs of an example that all run our Action may share its right to comment. */
function usesOnlyOurRights({ steps }: Job): boolean {
  return steps.some(({ uses }) => uses === ownAction);
}

function ownJobFaults(id: string, job: Job, workflow: Workflow): readonly string[] {
  const rights = (job.permissions ?? workflow.permissions) as Readonly<Record<string, string>>;
  const faults = job['timeout-minutes'] === undefined ? [`${id}: no timeout-minutes`] : [];
  for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
    if (step.with?.['persist-credentials'] !== false && rights['contents'] !== 'write')
      faults.push(`${id}: the checkout leaves its token in .git/config (persist-credentials: false)`);
  return faults;
}

function stepFaults({ run, with: inputs, uses }: Step, id: string): readonly string[] {
  const faults: string[] = [];
  if (run?.includes('${{') === true)
    faults.push(`${id}: \${{ }} in a shell line is spliced into it; pass it by env`);
  const shellLine = uses !== undefined && isOurs(uses) ? inputs?.['setup-command'] : undefined;
  if (typeof shellLine === 'string' && shellLine.includes('${{'))
    faults.push(`${id}: \${{ }} in setup-command, which is a shell line`);
  return faults;
}

function interfaceFaults(id: string, job: Job, action: ActionInterface): readonly string[] {
  const ours = job.steps.filter(({ uses }) => uses !== undefined && isOurs(uses));
  const ids = new Set(ours.flatMap((step) => step.id ?? []));
  const used = [...JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
  return [
    ...ours
      .flatMap((step) => Object.keys(step.with ?? {}))
      .filter((name) => !action.inputs.includes(name))
      .map((name) => `${id}: the Action has no input ${name}`),
    ...used
      .filter(([, step = '', output = '']) => ids.has(step) && !action.outputs.includes(output))
      .map(([, , output]) => `${id}: the Action has no output ${output}`),
  ];
}
