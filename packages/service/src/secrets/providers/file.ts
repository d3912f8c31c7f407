import { z } from 'zod';
import { readProtectedFile } from '../../protected-file.ts';
import { defineKeyProvider } from '../define.ts';
import { localKeys } from '../local-keys.ts';

export default defineKeyProvider({
  name: 'file',
  options: z.strictObject({ path: z.string().min(1) }),
  async create({ path }) {
    const bytes = await readProtectedFile(path, {
      what: 'the encryption key',
      secret: true,
      limitBytes: 65_536,
    });
    return localKeys('file', bytes.toString('latin1'), path);
  },
});
