import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export const root = resolve(import.meta.dirname, '../../..');
export const deploy = join(root, 'deploy');

/** A file below `deploy`. */
export const readDeployed = (name: string): string => readFileSync(join(deploy, name), 'utf8');

/** A file of one YAML document below `deploy`. */
export const readYaml = (name: string): unknown => parse(readDeployed(name));
