import { ProblemDocumentSchema } from '@rondel/contracts';
import { inDocument } from './openapi-components.js';
import { problemMediaType } from '../plugins/problem-document.js';

const methods = ['get', 'put', 'post', 'patch', 'delete', 'head'] as const;

type Operation = Readonly<Record<string, unknown>> & { readonly responses?: object };
type PathItem = Partial<Record<(typeof methods)[number], Operation>>;

/**
 * The document in which every operation says what it answers to an error: the one problem document, unless a route
 * declares another answer for that status; and that what is read may be asked for by its tag. Ranges rather than `default`, which
 * would say the same of answers that are none.
 */
export function withProblems<D extends { readonly paths?: object; readonly components?: object }>(document: D) {
  const paths = Object.entries((document.paths ?? {}) as Readonly<Record<string, PathItem>>);
  return {
    ...document,
    paths: Object.fromEntries(paths.map(([path, item]) => [path, { ...item, ...operations(item) }])),
    components: { ...document.components, responses: { Problem: problemResponse() } },
  };
}

function operations(item: PathItem): PathItem {
  const named = methods.flatMap((method) => {
    const operation = item[method];
    if (operation === undefined) return [];
    const complete = method === 'get' ? answeringUnchanged(operation) : operation;
    return [[method, answeringErrors(complete)] as const];
  });
  return Object.fromEntries(named);
}

function answeringErrors(operation: Operation): Operation {
  const problem = { $ref: '#/components/responses/Problem' };
  return { ...operation, responses: { ...operation.responses, '4XX': problem, '5XX': problem } };
}

/** Whatever is read has a tag, by which it is asked for again. */
function answeringUnchanged(operation: Operation): Operation {
  const { responses = {} } = operation;
  if (!Object.keys(responses).some((status) => /^2(00|XX)$/i.test(status))) return operation;
  const unchanged = { description: 'Not changed since the answer whose `ETag` was sent as `If-None-Match`.' };
  return { ...operation, responses: { ...responses, 304: unchanged } };
}

function problemResponse(): object {
  return {
    description:
      'A problem document. `code` is stable; 429, of a quota that is used up, and 503 come with `Retry-After`. An answer to HEAD has the status alone.',
    headers: {
      'Retry-After': { description: 'Seconds, with status 429 and 503.', schema: { type: 'integer' } },
    },
    content: { [problemMediaType]: { schema: inDocument(ProblemDocumentSchema) } },
  };
}
