/** The log of the step, and the remarks beside it: the one place that writes workflow commands. */
import * as core from '@actions/core';
import { createMasker, type Masker } from '@mcp-test-harness/core/runner';
import type { Annotation } from '@mcp-test-harness/report/job';
import { HarmlessStream } from './harmless-line.ts';
import { describeFault, type ServiceFault } from './services/index.ts';

type Level = Annotation['level'];

/** GitHub shows so many remarks of a level a step. */
const mostOfLevel = 10;

/** Everything written here is masked, and nothing of it is a workflow command but what is meant to be one. */
export class Log {
  readonly masker: Masker = createMasker([]);
  readonly #stream = new HarmlessStream((text) => process.stdout.write(text));
  readonly #shown: Record<Level, number> = { error: 0, warning: 0, notice: 0 };
  #depth = 0;

  /** Makes a secret known, to us and to the runner. */
  hide(secret: string): void {
    if (secret.trim() === '') return;
    this.masker.add(secret);
    this.#stream.flush();
    core.setSecret(secret);
  }

  /** For reporters that write as they go. */
  write(text: string): void {
    this.#stream.write(this.masker.text(text));
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  /** What is written meanwhile is folded under a title. Groups do not nest. */
  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.#stream.flush();
    this.#depth += 1;
    if (this.#depth === 1) core.startGroup(oneLine(this.masker.text(title)));
    try {
      return await work();
    } finally {
      this.#stream.flush();
      this.#depth -= 1;
      if (this.#depth === 0) core.endGroup();
    }
  }

  /** A remark on the page of the run; those that GitHub would not show go to the log alone. */
  annotate({ level, title, message, file, startLine, startColumn }: Annotation): void {
    this.#stream.flush();
    const text = this.masker.text(message);
    this.#shown[level] += 1;
    if (this.#shown[level] > mostOfLevel) {
      this.line(`${level}: ${oneLine(text)}`);
      return;
    }
    core[level](text, {
      title: this.masker.text(title),
      ...(file === undefined ? {} : { file }),
      ...(startLine === undefined ? {} : { startLine }),
      ...(startColumn === undefined ? {} : { startColumn }),
    });
  }

  warning(message: string): void {
    this.annotate({ level: 'warning', title: 'MCP Test Harness', message });
  }

  notice(message: string): void {
    this.annotate({ level: 'notice', title: 'MCP Test Harness', message });
  }

  /** What GitHub's services could not do: never more than a warning; a notice where the token may not. */
  fault(fault: ServiceFault, level: 'warning' | 'notice' = 'warning'): void {
    this[level](describeFault(fault));
  }

  flush(): void {
    this.#stream.flush();
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\0-\x1f\x7f-\x9f]+/g, ' ');
}
