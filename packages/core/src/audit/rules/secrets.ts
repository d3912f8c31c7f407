import { defineRule } from '../define.ts';
import { textsIn } from '../walk.ts';

/** Well-known forms of credentials, each specific enough to be one. */
const forms: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}\b/],
  ['a GitLab token', /\bglpat-[\w-]{20,}\b/],
  ['a Slack token', /\bxox[abprs]-[\w-]{10,}\b/],
  ['an OpenAI or Anthropic key', /\bsk-(?:ant-|proj-)?[\w-]{32,}\b/],
  ['a Google API key', /\bAIza[\w-]{35}\b/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20,}\b/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a JSON Web Token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}\b/],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]{1,64}:[^\s/@]{3,64}@/i],
];

/** What kind of credential a text holds; undefined when none is recognised. */
function findSecret(text: string): string | undefined {
  return forms.find(([, pattern]) => pattern.test(text))?.[0];
}

export default [
  defineRule({
    code: 'text.secret',
    severity: 'error',
    title: 'What stands in a definition reaches every model and every log',
    remedy: 'Revoke the credential and take it out; examples should be recognisably made up.',
    *inspect(_definitions, subjects) {
      for (const { kind, name, definition } of subjects) {
        for (const { path, text } of textsIn(definition)) {
          const what = findSecret(text);
          // The secret itself is not repeated.
          if (what !== undefined)
            yield { subject: { kind, name }, path, message: `looks as if it held ${what}` };
        }
      }
    },
  }),
];
