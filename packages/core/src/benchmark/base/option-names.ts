/** What the options that name a base are called where they were given: messages speak of them. */
export interface BaseOptionNames {
  readonly ref: string;
  readonly setupCommand: string;
  /** Undefined: a command cannot be given there. */
  readonly command?: string | undefined;
}

/** Of the library itself. */
export const plainNames: BaseOptionNames = {
  ref: 'the ref to compare with',
  setupCommand: 'the setup command',
};
