import { expect, it } from 'vitest';
import { watchEngineUse } from './engine-use.js';

it('knows steps that make no tensors, and takes none that did not run for one', () => {
  let count = 5;
  const use = watchEngineUse(() => ++count);
  use.note({ path: 'pre', state: 'active' });
  // An attempt that goes on says so with a second report.
  use.note({ path: 'pre', state: 'active' });
  use.note({ path: 'pre', state: 'completed' });
  use.note({ path: 'reco', state: 'active' });
  count += 1;
  use.note({ path: 'reco', state: 'completed' });
  use.note({ path: 'cached', state: 'completed' });
  use.note({ path: 'failing', state: 'active' });
  use.note({ path: 'failing', state: 'failed' });
  expect(use.withoutEngine()).toEqual(['pre']);
});
