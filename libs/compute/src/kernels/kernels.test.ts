import { expect, it } from 'vitest';
import { createKernelRuntime } from '../runtime/kernel-runtime.js';
import { kernels } from './kernels.js';

it.each(Object.entries(kernels))(
  '%s is listed under its name, has its adjoint and runs its trials',
  async (key, kernel) => {
    expect(kernel.name).toBe(key);
    expect(Object.keys(kernels)).toContain(kernel.adjoint);
    const runtime = await createKernelRuntime({ threads: 2 });
    let works = 0;
    kernel.tryOut({
      ...runtime,
      run: (work) => {
        works += 1;
        runtime.run(work);
      },
    });
    expect(works).toBeGreaterThan(0);
    await runtime.dispose();
  },
);

it('says so where no module has the function that is asked for', async () => {
  const runtime = await createKernelRuntime({ threads: 1 });
  expect(() => runtime.run({ kind: 'noSuchTask', parameters: [], tasks: 1 })).toThrow(
    /no kernel module exports noSuch/,
  );
  await runtime.dispose();
});
