import type { Reporter, TestCase } from 'vitest/node';

/**
 * Names the tests that failed once and passed when they were run again, as Vitest itself passes over them in silence:
 * each is a race that somebody should look at.
 */
export const secondTries: Reporter = {
  onTestCaseResult(test: TestCase) {
    if (test.diagnostic()?.flaky !== true) return;
    const [reason = 'without a reason'] = test.result().errors?.map(({ message }) => message.split('\n')[0]) ?? [];
    console.log(`Passed at the second try: ${test.module.relativeModuleId} > ${test.fullName}: ${reason}`);
  },
};
