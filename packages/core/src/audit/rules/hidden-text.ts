import { defineRule } from '../define.ts';
import { textsIn } from '../walk.ts';

/** Zero-width characters, direction overrides, tag characters, variation selectors beyond emoji, other controls. */
const hidden =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B-\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]/u;

/** Text that speaks to the model and not about the thing. Each is a phrase that no honest description needs. */
const instructions: readonly RegExp[] = [
  /\bignore (?:all |any |the )?(?:previous|prior|above|other) (?:instructions|prompts|messages|rules)/i,
  /\b(?:do not|don't|never) (?:tell|inform|mention|reveal|show)(?: this| it)?(?: to)? (?:the )?user/i,
  /<\s*(?:important|system|secret|instructions?)\s*>/i,
  /\b(?:system|developer) prompt\b/i,
  /\byou (?:must|should) (?:always )?(?:first |also )?(?:read|send|call|pass|include|forward) .{0,60}(?:\.ssh|\.env|id_rsa|credentials?|password|api[_ -]?key|conversation)/i,
  /\bwithout (?:asking|telling|informing|notifying) the user\b/i,
];

export default [
  defineRule({
    code: 'text.hidden',
    severity: 'error',
    title: 'Characters that people do not see can carry instructions that models do',
    remedy: 'Remove them; look where they came from.',
    *inspect(_definitions, subjects) {
      for (const { kind, name, definition } of subjects) {
        for (const { path, text } of textsIn(definition)) {
          const found = hidden.exec(text)?.[0];
          if (found === undefined) continue;
          const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
          yield { subject: { kind, name }, path, message: `holds the invisible character U+${code}` };
        }
      }
    },
  }),
  defineRule({
    code: 'text.instructions',
    severity: 'error',
    title: 'A definition that gives the model orders works like a prompt injection',
    remedy: 'Describe the thing; leave to the client what the model does.',
    *inspect(_definitions, subjects) {
      for (const { kind, name, definition } of subjects) {
        for (const { path, text } of textsIn(definition)) {
          for (const pattern of instructions) {
            const found = pattern.exec(text.slice(0, 20_000))?.[0];
            if (found === undefined) continue;
            yield { subject: { kind, name }, path, message: `speaks to the model: "${found.slice(0, 120)}"` };
            break;
          }
        }
      }
    },
  }),
];
