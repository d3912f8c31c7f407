type Environment = Readonly<Record<string, string | undefined>>;

/** Tokens and addresses of the runner's own services, inputs, state, and the files by which a step sets things for later ones. */
const ofTheRunner = /^(?:INPUT_.*|STATE_.*|ACTIONS_.*|GITHUB_(?:ENV|PATH|OUTPUT|STATE|STEP_SUMMARY))$/i;

/**
 * What servers under test and setup commands inherit: the environment of the job, as a `run:` step would have it, without
 * what the runner gives to actions alone. A server that could write to `GITHUB_ENV` would run in every later step.
 */
export function serverEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofTheRunner.test(name)));
}
