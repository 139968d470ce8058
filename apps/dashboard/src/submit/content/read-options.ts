import { engineNames, lanes, type Submission } from '@rondel/contracts';
import type { JobFields } from './job-fields.js';

/** As `split` of a submission. */
const splitPattern = /^(none|(frame|slice)(:[1-9]\d{0,5})?)$/;

type Options = Omit<Submission, 'plan' | 'data' | 'dataNames' | 'pool' | 'parameters'>;

/** What the fields of the job itself mean, and what is wrong with them; empty ones are left to the server. */
export function readOptions(job: JobFields): { readonly given: Options; readonly problems: Record<string, string> } {
  const problems: Record<string, string> = {};
  const number = (name: 'priority' | 'attempts' | 'timeoutSeconds', range: Range): number | undefined => {
    const text = job[name].trim();
    if (text === '') return undefined;
    const value = Number(text);
    const fits = value >= range.least && value <= range.most && (range.fractions === true || Number.isInteger(value));
    if (fits) return value;
    const kind = range.fractions === true ? 'number' : 'whole number';
    problems[name] = `Write a ${kind} from ${range.least} to ${range.most}; "${text}" is none.`;
    return undefined;
  };
  const priority = number('priority', { least: 1, most: 1000 });
  const attempts = number('attempts', { least: 1, most: 20 });
  const timeoutSeconds = number('timeoutSeconds', { least: 0.001, most: 604_800, fractions: true });
  const labels = readLabels(job.labels);
  if (labels === undefined) problems.labels = 'Write key=value, separated by commas.';
  const split = job.split.trim();
  if (split !== '' && !splitPattern.test(split)) {
    problems.split = `Write slice, frame, slice:8 for blocks of 8, or none; "${split}" is neither.`;
  }
  const lane = lanes.find((known) => known === job.lane);
  const engine = engineNames.find((known) => known === job.engine);
  return {
    problems,
    given: {
      ...(job.title.trim() !== '' && { title: job.title.trim() }),
      ...(lane !== undefined && { lane }),
      ...(priority !== undefined && { priority }),
      ...(attempts !== undefined && { attempts }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(split !== '' && { split }),
      ...(job.worker.trim() !== '' && { worker: job.worker.trim() }),
      ...(engine !== undefined && { engine }),
      ...(job.strict === 'yes' && { strict: true }),
      ...(labels !== undefined && Object.keys(labels).length > 0 && { labels }),
    },
  };
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly fractions?: boolean;
}

/** Nothing when a part of the text is not `key=value`. */
function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (key === undefined || value === undefined) return undefined;
    labels[key] = value;
  }
  return labels;
}
