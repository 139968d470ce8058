import { float32Array, RondelError, type Dataset, type DatasetFacts, type EngineName } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { defineStep, findDivision, needOf, outOfMemoryIn, type InputShape } from '../index.js';

const elements = ({ shape }: InputShape) => shape.reduce((product, extent) => product * extent, 1);

/** Needs 8 bytes per element on the device and 4 on the host, beside an input of 4. */
const step = (type: string, parallel: string[]) => ({
  definition: defineStep({
    type,
    description: '',
    properties: {},
    input: ['frame', 'slice', 'x'],
    output: ['frame', 'slice', 'x'],
    parallel,
    purity: 'pure',
    estimateBytes: (_, input) => 8 * elements(input),
    estimateHostBytes: (_, input) => 4 * elements(input),
  }),
  parameters: {},
});

function dataset(shape: number[], axes?: string[]): Dataset {
  const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  return { data: float32Array(data, shape, axes), companions: {}, attributes: {} };
}

describe('what a step needs', () => {
  const input = { shape: [5, 20], elementBytes: 4 };

  it('is all that it holds where tensors lie in the memory of the host', () => {
    expect(needOf(step('A', []), input, { memoryBytes: 1000 })).toEqual({ neededBytes: 1600, availableBytes: 1000 });
  });

  it('is what comes nearest to its bound where the device has a memory of its own', () => {
    const onHost = needOf(step('A', []), input, { memoryBytes: 2000, hostBytes: 1000 });
    const onDevice = needOf(step('A', []), input, { memoryBytes: 500, hostBytes: 1000 });
    expect([onHost, onDevice]).toEqual([
      { neededBytes: 800, availableBytes: 1000 },
      { neededBytes: 800, availableBytes: 500 },
    ]);
  });

  it('is that of the engine where it is known, and else of the one that takes most', () => {
    const { definition } = step('A', []);
    const bytesOn = { wasm: 100, webgpu: 200, tensorflow: 300 };
    const own = {
      definition: {
        ...definition,
        estimateBytes: (_: unknown, __: InputShape, engine?: EngineName) => bytesOn[engine ?? 'tensorflow'],
        estimateHostBytes: (_: unknown, __: InputShape, engine?: EngineName) => (engine === 'webgpu' ? 1000 : 0),
      },
      parameters: {},
    };
    const need = (engine?: EngineName) => needOf(own, input, { memoryBytes: 1000, engine }).neededBytes;
    expect([need('wasm'), need('webgpu'), need()]).toEqual([500, 1600, 700]);
  });

  it('is more than estimated where estimates of its type fell short', () => {
    const room = { memoryBytes: 1000, factors: { A: 3 } };
    expect([step('A', []), step('B', [])].map((each) => needOf(each, input, room).neededBytes)).toEqual([4800, 1600]);
  });
});

describe('a division', () => {
  const free = step('Free', ['frame', 'slice']);

  it('is along the longest axis that the step allows, in blocks that fit', () => {
    const found = findDivision([free], dataset([3, 10, 4]), { memoryBytes: 16 * 3 * 4 * 6 + 1 });
    expect(found).toEqual({ axis: 'slice', extent: 10, fitting: 6, steps: 1, halo: 0 });
    const byFrame = findDivision([step('Frames', ['frame'])], dataset([3, 10, 4]), { memoryBytes: 16 * 40 });
    expect(byFrame).toEqual({ axis: 'frame', extent: 3, fitting: 1, steps: 1, halo: 0 });
  });

  it('takes the last of the step’s axes for those of an array that names none', () => {
    expect(findDivision([free], dataset([10, 4]), { memoryBytes: 1e9 })).toMatchObject({ axis: 'slice', extent: 10 });
    const named = dataset([10, 4], ['x', 'slice']);
    expect(findDivision([free], named, { memoryBytes: 1e9 })).toMatchObject({ axis: 'slice', extent: 4 });
  });

  it('goes on as long as steps are parallel along the same axis, and its blocks fit all of those', () => {
    const steps = [free, step('Hungry', ['slice']), step('Bound', []), free];
    const room = { memoryBytes: 16 * 4 * 8, factors: { Hungry: 4 } };
    expect(findDivision(steps, dataset([1, 10, 4]), room)).toEqual({
      axis: 'slice',
      extent: 10,
      fitting: 2,
      steps: 2,
      halo: 0,
    });
  });

  it('is along axes that the step’s input allows, and later steps allow whatever their input', () => {
    const still = { data: float32Array(new Float32Array(1), [1]) };
    const sometimes = (type: string) => {
      const { definition, parameters } = step(type, []);
      const when = (_: object, input?: DatasetFacts) => input?.companions['still'] !== undefined;
      return { definition: { ...definition, parallel: [{ axis: 'slice', when }, 'frame'] }, parameters };
    };
    const steps = [sometimes('First'), sometimes('Second')];
    const plain = dataset([3, 10, 4]);
    const found = [plain, { ...plain, companions: { still: still.data } }].map((data) =>
      findDivision(steps, data, { memoryBytes: 1e9 }),
    );
    expect(found).toMatchObject([
      { axis: 'frame', steps: 2 },
      { axis: 'slice', steps: 1 },
    ]);
  });

  it('knows of later steps what a survey has found for them', () => {
    const { definition, parameters } = step('Second', []);
    const when = ({ center }: { readonly center?: unknown }) => center !== undefined;
    const open = {
      path: 'parameter.second',
      definition: { ...definition, parallel: [{ axis: 'slice', when }] },
      parameters,
    };
    const divided = [{}, { found: { 'parameter.second.center': 3 } }, { found: { 'parameter.other.center': 3 } }].map(
      (attributes) => findDivision([free, open], { ...dataset([1, 10, 4]), attributes }, { memoryBytes: 1e9 })?.steps,
    );
    expect(divided).toEqual([1, 2, 1]);
  });

  it('is along no axis along which a companion does not belong to the data', () => {
    const { definition, parameters } = free;
    const withWhite = { definition: { ...definition, companions: { white: ['slice', 'x'] } }, parameters };
    const axisFor = (shape: number[], axes?: string[]) => {
      const { data: white } = dataset(shape, axes);
      return findDivision([withWhite], { ...dataset([3, 10, 4]), companions: { white } }, { memoryBytes: 1e9 })?.axis;
    };
    expect([axisFor([10, 4]), axisFor([9, 4]), axisFor([4]), axisFor([10, 4], ['u', 'v'])]).toEqual([
      'slice',
      'frame',
      'frame',
      'frame',
    ]);
  });

  it('is not there for a step that allows none or data of one entry, and has no block where not even one entry fits', () => {
    expect(findDivision([step('Bound', [])], dataset([3, 10, 4]), { memoryBytes: 1 })).toBeUndefined();
    expect(findDivision([free], dataset([1, 1, 4]), { memoryBytes: 1 })).toBeUndefined();
    expect(findDivision([free], dataset([1, 10, 4]), { memoryBytes: 1 })?.fitting).toBe(0);
  });
});

describe('a failed allocation', () => {
  it.each([
    new RangeError('Array buffer allocation failed'),
    new RangeError('Invalid typed array length: 9000000000'),
    new RangeError('WebAssembly.Memory(): could not allocate memory'),
    new Error('OOM when allocating tensor with shape[64,720,512] and type float'),
    new Error('RESOURCE_EXHAUSTED: failed to allocate memory [Op:Mul]'),
    new RondelError('OUT_OF_MEMORY', 'the GPU has no memory left'),
  ])('is OUT_OF_MEMORY and may be tried in smaller blocks: %s', (error) => {
    expect(outOfMemoryIn(error)?.failure).toMatchObject({ code: 'OUT_OF_MEMORY', retryable: true });
  });

  it('is told from other failures', () => {
    const others = [new RangeError('offset is out of bounds'), new RondelError('STEP_FAILED', 'no'), 'OOM', undefined];
    expect(others.map(outOfMemoryIn)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
