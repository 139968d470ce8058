import type { AlgorithmBuild, Jobs } from '@rondel/jobs';
import { createLogger } from '@rondel/telemetry';
import { expect, it, vi } from 'vitest';
import { openAlgorithmBuilder } from './algorithm-builder.js';
import type { ExecutorProcess } from '../process/executor-process.js';
import type { Slots } from '../process/slots.js';

it('leaves an executor alone that has built, although the algorithm is no more to be built', async () => {
  let toBuild: AlgorithmBuild[] = [
    {
      id: 'one',
      plan: {},
      planSha256: 'p',
      stages: [],
      attempts: 1,
      timeoutSeconds: undefined,
      of: {} as AlgorithmBuild['of'],
    },
  ];
  const kill = vi.fn(() => Promise.resolve());
  const build = () => Promise.resolve({ kind: 'built' } as const);
  const executor: Pick<ExecutorProcess, 'build' | 'kill'> = { build, kill };
  const slots: Pick<Slots, 'reserve'> = {
    reserve: () => Promise.resolve({ executorFor: () => executor as ExecutorProcess, release: () => undefined }),
  };
  let reported: (() => void) | undefined;
  const done = new Promise<void>((resolve) => (reported = resolve));
  const algorithms: Pick<Jobs['algorithms'], 'toBuild' | 'built'> = {
    toBuild: () => Promise.resolve(toBuild),
    async built() {
      toBuild = [];
      builder.look();
      // The look has asked and acted by then.
      await new Promise((resolve) => setTimeout(resolve, 20));
      reported?.();
    },
  };
  const builder = openAlgorithmBuilder({
    jobs: {
      algorithms: algorithms as Jobs['algorithms'],
      news: {
        listen: () => () => undefined,
        hearWork: () => undefined,
        leave: () => undefined,
        left: () => false,
        close: () => Promise.resolve(),
      },
    },
    worker: 'w',
    slots: slots as Slots,
    warrants: { algorithm: () => Promise.resolve('default') },
    logger: createLogger('test', 'silent'),
  });
  await done;
  expect(kill).not.toHaveBeenCalled();
  builder.close();
});
