import { HarnessError, isHarnessError } from '../../errors.ts';
import { codeOf } from '../../files/index.ts';

/** Turns errors of the system while reading into IO_READ naming the place. */
export async function reading<T>(file: string, read: () => Promise<T>): Promise<T> {
  return await explained(read, (message, cause) => ({
    code: 'IO_READ',
    message: `cannot read ${file}: ${message}`,
    hint: 'Check that it may be read.',
    cause,
  }));
}

/** The same while writing, into IO_WRITE. */
export async function writing<T>(file: string, write: () => Promise<T>): Promise<T> {
  return await explained(write, (message, cause) => ({
    code: 'IO_WRITE',
    message: `cannot write ${file}: ${message}`,
    hint: 'Check that the directory may be written and that there is space; performance.baseline_storage_path names another.',
    cause,
  }));
}

/** Only errors of the system are explained: others are faults of ours. */
async function explained<T>(
  work: () => Promise<T>,
  explain: (message: string, cause: unknown) => ConstructorParameters<typeof HarnessError>[0],
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isHarnessError(error) || codeOf(error) === undefined || !(error instanceof Error)) throw error;
    throw new HarnessError(explain(error.message, error));
  }
}
