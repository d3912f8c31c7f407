import type { DistributionSettings } from '../settings/define.ts';
import { channelsOf } from './channels.ts';
import type { Notifier, NotifierContext } from './define.ts';

/**
 * Makes a notifier for every channel of the configuration, by the channel's name: `email`, `slack`, `webhook:NAME`.
 * @throws HarnessError when one cannot be made as it is configured; then none is left open
 */
export async function openNotifiers(
  settings: DistributionSettings,
  context: NotifierContext,
): Promise<ReadonlyMap<string, Notifier>> {
  const opened = new Map<string, Notifier>();
  try {
    for (const channel of channelsOf(settings)) opened.set(channel.name, await channel.open(context));
    return opened;
  } catch (error) {
    await closeNotifiers(opened);
    throw error;
  }
}

/** Closes them, after what they are sending. */
export async function closeNotifiers(notifiers: ReadonlyMap<string, Notifier>): Promise<void> {
  await Promise.all([...notifiers.values()].map((notifier) => notifier.close()));
}
