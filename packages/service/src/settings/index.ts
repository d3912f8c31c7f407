/** What the configuration says of the service. */
export type * from './define.ts';
export { checkServiceFiles, type FileCheck } from './check-files.ts';
export { prepareDirectories } from './directories.ts';
export { loadServiceSettings, type LoadServiceSettingsOptions } from './load.ts';
export { readServiceSettings } from './read.ts';
