/** What a service cannot do without, saved, verified and put back. */
export { createBackup, type CreatedBackup, type CreateOptions } from './create.ts';
export type { BackupPlaces, Environment, Exclusion } from './define.ts';
export {
  defaultBackupDirectory,
  latestBackup,
  listBackups,
  pruneBackups,
  type ListedBackup,
  type RetentionOptions,
} from './directory.ts';
export type { BackupManifest, SavedPart } from './manifest.ts';
export { backupName, timeOfBackup } from './names.ts';
export { databaseFileIn, placesOf, serviceLockIn } from './places.ts';
export {
  finishRestore,
  restoreBackup,
  type FinishedRestore,
  type RestoredBackup,
  type RestoreOptions,
} from './restore.ts';
export { runProgram, type ProgramEnd } from './run-program.ts';
export { verifyBackup, type BackupProblem, type VerifiedBackup } from './verify.ts';
