import { HarnessError } from '@mcp-test-harness/core/errors';
import { cleanLine } from '../text/clean-text.ts';
import { cutText } from '../text/cut.ts';
import { jobReportSchema } from './job-report-schema.ts';
import { jobReportLimits } from './limits.ts';
import type { JobReport } from './types.ts';

/**
 * Reads the report of a job, which may come from anywhere: at most 256 KiB, every member checked, every text and list
 * bounded, what is unknown dropped. What it returns is frozen, and says whatever its writer liked.
 * @param input the text of the document, or what it was parsed to
 * @param file named in errors
 * @throws HarnessError IO_READ that says what is wrong with it
 */
export function parseJobReport(input: unknown, file = 'the report of a job'): JobReport {
  const text = typeof input === 'string' ? input : toText(input, file);
  if (text.length > jobReportLimits.bytes || Buffer.byteLength(text) > jobReportLimits.bytes) {
    throw notOne(file, `it has more than ${jobReportLimits.bytes / 1024} KiB`);
  }
  const { success, data, error } = jobReportSchema.safeParse(fromJson(text, file));
  if (success) return freeze(data as JobReport);
  const [issue] = error.issues;
  const path = issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.join('.');
  throw notOne(file, `${path}: ${issue?.message ?? 'invalid'}`);
}

function fromJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notOne(file, 'it is not JSON', cause);
  }
}

/** Any value becomes plain data first, so that no getter, cycle or depth is met later. */
function toText(value: unknown, file: string): string {
  try {
    const text: unknown = JSON.stringify(value);
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw notOne(file, 'it cannot be written as JSON', cause);
  }
  throw notOne(file, `it is ${typeof value}`);
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

function notOne(file: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `${cutText(cleanLine(file), 200)} is not one that mcp-test-harness wrote: ${cutText(cleanLine(reason), 300)}`,
    hint: 'Let the version of the Action that reads it be the one that wrote it; otherwise treat it as forged.',
    ...(cause === undefined ? {} : { cause }),
  });
}
