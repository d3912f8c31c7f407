import { isHarnessError, type HarnessError } from '@mcp-test-harness/core/errors';
import { existsSync } from 'node:fs';
import { loadPolicy } from '../auth/index.ts';
import { readProviderOptions } from '../secrets/index.ts';
import { loadTlsSettings } from '../tls/index.ts';
import type { ServiceSettings } from './define.ts';

/** What came of looking at the files that the service needs beside its configuration. */
export interface FileCheck {
  /** What is wrong with those that are here. */
  readonly errors: readonly HarnessError[];
  /** What deserves a look. */
  readonly warnings: readonly string[];
  /** Those that are not on this machine. */
  readonly missing: readonly { readonly key: string; readonly file: string }[];
}

/** Reads policy and TLS settings where they are here, and holds the options of the key provider to its schema. */
export async function checkServiceFiles({ security }: ServiceSettings): Promise<FileCheck> {
  const errors: HarnessError[] = [];
  const warnings: string[] = [];
  const missing: { key: string; file: string }[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      errors.push(...('errors' in error ? (error.errors as readonly HarnessError[]) : [error]));
    }
  };
  const { rbacFile, api, audit, encryption } = security;
  const look = async (key: string, file: string | undefined, read?: (file: string) => Promise<unknown>) => {
    if (file === undefined) return;
    if (!existsSync(file)) missing.push({ key, file });
    else if (read !== undefined) await attempt(() => read(file));
  };
  await look('security.rbac.config_file', rbacFile, async (file) => {
    warnings.push(...(await loadPolicy(file)).warnings);
  });
  await look('security.tls.config_file', api?.tlsFile, loadTlsSettings);
  await look('security.audit_key_file', audit?.keyFile);
  if (encryption !== undefined)
    await attempt(() => readProviderOptions(encryption.provider, encryption.options));
  return { errors, warnings, missing };
}
