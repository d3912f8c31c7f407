import { delimiter } from 'node:path';

/** Variables by name; undefined ones are not passed on. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The name under which an environment holds the search path: Windows writes `Path`, and takes it in any case. */
export function pathKey(env: Environment, platform = process.platform): string {
  const isPath = (key: string): boolean => key.toUpperCase() === 'PATH';
  return (platform === 'win32' ? Object.keys(env).find(isPath) : undefined) ?? 'PATH';
}

/** An environment with folders put in front of its search path. */
export function addToPath(
  env: Environment,
  folders: readonly string[],
  platform = process.platform,
): Environment {
  if (folders.length === 0) return env;
  const key = pathKey(env, platform);
  const path = env[key];
  return { ...env, [key]: [...folders, ...(path === undefined ? [] : [path])].join(delimiter) };
}
