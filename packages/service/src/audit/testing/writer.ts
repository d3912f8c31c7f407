/**
 * A process that writes an audit log until it is killed, and says on stdout which entries it was told are written.
 * Arguments: file, key as hexadecimal digits, largest size of a part.
 */
import { openAuditLog } from '../index.ts';

const [file = '', key = '', maxBytes = ''] = process.argv.slice(2);
const log = await openAuditLog({ file, key: Buffer.from(key, 'hex'), maxBytes: Number(maxBytes) });
process.stdout.write('ready\n');
const write = async (lane: number): Promise<void> => {
  for (let count = 0; ; count += 1) {
    const { seq, mac } = await log.append({
      action: 'test:run',
      outcome: 'attempted',
      actor: { username: `lane-${lane}`, via: 'api-key' },
      target: 'x'.repeat((count * 37) % 300),
    });
    process.stdout.write(`${seq} ${mac}\n`);
  }
};
await Promise.all([write(1), write(2), write(3)]);
