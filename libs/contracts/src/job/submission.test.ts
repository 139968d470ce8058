import { describe, expect, it } from 'vitest';
import { AlgorithmSchema, AlgorithmSubmissionSchema } from './algorithm.js';
import { given, givenOf } from '../given.js';
import { JobSchema } from './job.js';
import { AskedSchema, carriedFields, SubmissionSchema } from './submission.js';
import { SweepSubmissionSchema } from './sweep.js';

const names = (schema: { readonly properties: object }) => Object.keys(schema.properties).sort();

describe('a field of a submission', () => {
  it('is one of a sweep, which has what is varied besides', () => {
    expect(names(SweepSubmissionSchema)).toEqual([...names(SubmissionSchema), 'vary', 'combine'].sort());
  });

  it('is one of a warm algorithm unless it is about data or the place', () => {
    const without = ['data', 'dataNames', 'title', 'output', 'worker', 'engine', 'split'];
    const expected = names(SubmissionSchema).filter((name) => !without.includes(name));
    expect(names(AlgorithmSubmissionSchema)).toEqual([...expected, 'idleSeconds'].sort());
  });

  it('is shown by the job that carries it, and by the algorithm', () => {
    for (const name of Object.keys(carriedFields)) {
      expect(names(SubmissionSchema)).toContain(name);
      expect(names(JobSchema)).toContain(name);
      expect(names(AlgorithmSchema)).toContain(name);
    }
  });

  it('is kept with the job where the job itself does not show it', () => {
    const shown = [...names(JobSchema), 'parameters'].filter((name) => name !== 'attempts' && name !== 'worker');
    expect(names(AskedSchema)).toEqual(names(SubmissionSchema).filter((name) => !shown.includes(name)));
  });
});

it('leaves out fields without a value, and keeps all that have one', () => {
  expect(given({ a: 1, b: undefined, c: false, d: null, e: '' })).toEqual({ a: 1, c: false, d: null, e: '' });
  expect(Object.keys(given({ b: undefined }))).toEqual([]);
  expect(givenOf({ a: 1, b: 2, c: undefined }, { b: {}, c: {}, x: {} })).toEqual({ b: 2 });
});
