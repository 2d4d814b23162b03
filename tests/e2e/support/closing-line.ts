// Ends a run with one line that a reader, or a script, can count.
import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  #tests: TestCase[] = [];

  onBegin(_config: unknown, suite: Suite): void {
    this.#tests = suite.allTests();
  }

  onEnd(result: FullResult): void {
    const count = (outcome: string) => this.#tests.filter((test) => test.outcome() === outcome).length;
    const [passed, failed, ignored] = [count('expected'), count('unexpected') + count('flaky'), count('skipped')];
    const verdict = result.status === 'passed' ? 'ok' : 'FAILED';
    const seconds = (result.duration / 1000).toFixed(1);
    process.stdout.write(
      `\nbrowser test result: ${verdict}. ${passed} passed; ${failed} failed; ${ignored} ignored; finished in ${seconds}s\n`,
    );
  }
}
