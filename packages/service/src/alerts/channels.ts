import type { DistributionSettings, Occasions } from '../settings/define.ts';
import type { Notifier, NotifierContext, OpenNotifier } from './define.ts';

/** Where notifications go: a name, what it wants to hear of, and how its notifier is made. */
interface Channel {
  /** `NewNotification.channel`. */
  readonly name: string;
  readonly occasions: Occasions;
  open(context: NotifierContext): Promise<Notifier>;
}

/** Every kind of notifier: a new one is a file in `notifiers` and a line here. */
const kinds: readonly ((settings: DistributionSettings) => readonly Channel[])[] = [
  kind(
    ({ email }) => (email === undefined ? [] : [{ name: 'email', settings: email }]),
    () => import('./notifiers/email.ts'),
  ),
  kind(
    ({ slack }) => (slack === undefined ? [] : [{ name: 'slack', settings: slack }]),
    () => import('./notifiers/slack.ts'),
  ),
  kind(
    ({ webhooks }) => webhooks.map((settings) => ({ name: `webhook:${settings.name}`, settings })),
    () => import('./notifiers/webhook.ts'),
  ),
];

/** The channels of a configuration. */
export function channelsOf(settings: DistributionSettings): readonly Channel[] {
  return kinds.flatMap((channels) => channels(settings));
}

function kind<Settings extends Occasions>(
  find: (settings: DistributionSettings) => readonly { readonly name: string; readonly settings: Settings }[],
  load: () => Promise<{ readonly default: OpenNotifier<Settings> }>,
): (settings: DistributionSettings) => readonly Channel[] {
  return (distribution) =>
    find(distribution).map(({ name, settings }) => ({
      name,
      occasions: settings,
      open: async (context) => (await load()).default(settings, context),
    }));
}
