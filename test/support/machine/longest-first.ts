import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, which their size does not tell: the order that Vitest gives files that it has never run here. Begun
 * last, each would leave processors idle at the end.
 */
const longest = [
  'conformance/engines',
  'e2e/memory',
  'how-to/how-to',
  'e2e/readme',
  'faults/lost-work',
  'faults/fault-suite',
  'e2e/algorithms',
  'faults/checkpoint',
  'bench/gpu/bundle',
  'e2e/placement',
  'faults/redis-failover',
  'faults/redis-sentinel',
  'faults/process-groups',
  'faults/hung-worker',
];

/** Begins with the longest files, and leaves the order of all others to Vitest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
