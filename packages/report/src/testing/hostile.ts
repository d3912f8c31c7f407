/** Text that a malicious or broken server could send, for tests. */
export const hostile = {
  script: '</script><script>alert("owned")</script><img src=x onerror=alert(1)>',
  style: '</style><svg onload=alert(1)>',
  ansi: '\u001B[31mred\u001B[0m \u001B[2J\u001B[1;1Hcleared \u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007 \u009B31mC1',
  controls:
    'nul\u0000 bell\u0007 backspace\u0008\u0008 escape\u001B delete\u007F ffff\uFFFF surrogate\uD800 carriage\rreturn',
  bidi: 'user\u202E\u2066// admin\u2069\u2066',
  cdata: 'before ]]> after <![CDATA[ nested ]]> &amp; & < > " \' &#x0; ',
  markdown:
    '@octocat @org/team #1 GH-1 [link](https://evil.example) ![image](https://evil.example/x.png) <b>html</b> `code` ``` fence\n````\n# heading\n| a | b |\n- [ ] task\nhttps://evil.example www.evil.example $x^2$ </details>',
  long: `${'0123456789abcdef'.repeat(4096)}end`,
  unicode: 'Ünïcödé — 日本語テキスト 🧪👩‍🔬 עברית العربية',
} as const;

export const everyHostileText = Object.values(hostile).join('\n');
