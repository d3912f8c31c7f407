/** From what happens to what people are told: rules, notifiers, and the sending of what is in the store. */
export { closeNotifiers, openNotifiers } from './open-notifiers.ts';
export { channelsOf } from './channels.ts';
export { createNotificationRules } from './rules.ts';
export { defaultOutboxLimits, startOutbox } from './outbox.ts';
export type { Outbox, OutboxLimits, OutboxSettings } from './outbox.ts';
export type { RuleSettings } from './rules.ts';
export type * from './define.ts';
