import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { escaped, properties, prose, row, table, typeWords } from './docs-schema.js';
import type { DocumentedApi, DocumentedBody, DocumentedOperation, DocumentedSchema } from './documented-api.js';

const style = `
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --soft: #f0f2f4; --line: #c8cdd3; --link: #0b57b0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --paper: #15181b; --soft: #22272c; --line: #454c54; --link: #8ab8f5; }
}
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
header, main, nav { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
nav ul { columns: 16rem; padding-left: 1.2rem; }
a { color: var(--link); }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 0.6rem 0; padding: 0 0.8rem 0.4rem; overflow-x: auto; }
summary { cursor: pointer; padding: 0.5rem 0; }
summary h3 { display: inline; font-size: 1rem; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
table { border-collapse: collapse; width: 100%; margin: 0.4rem 0; }
th, td { border: 1px solid var(--line); padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
thead th { background: var(--soft); }
`;
const styleHash = createHash('sha256').update(style).digest('base64');
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Serves `/docs`: every call and every schema of the OpenAPI document on one page without scripts. */
export function registerDocsPage(app: FastifyInstance, document: () => DocumentedApi): void {
  let page: string | undefined;
  app.get('/docs', { schema: { hide: true } }, (_request, reply) => {
    page ??= docsPage(document());
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy)
      .header('cache-control', 'no-cache')
      .send(page);
  });
}

export function docsPage({ info, tags = [], paths, components }: DocumentedApi): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name));
    return `<section aria-labelledby="tag-${escaped(name)}"><h2 id="tag-${escaped(name)}">${escaped(name)}</h2><p>${prose(description)}</p>${own.map(operationOf).join('')}</section>`;
  });
  const schemas = Object.entries(components.schemas).map(([name, schema]) => schemaOf(name, schema));
  const links = [...tags.map(({ name }) => [`tag-${name}`, name] as const), ['schemas', 'schemas'] as const];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)}: REST interface</title><style>${style}</style></head>
<body><header><h1>${escaped(info.title)} <small>${escaped(info.version)}</small></h1><p>${prose(info.description)}
The same for programs: <a href="/openapi.json">/openapi.json</a>. <a href="/">Dashboard</a>, <a href="/help/">help</a>.</p></header>
<nav aria-label="Contents"><ul>${links.map(([id, text]) => `<li><a href="#${escaped(id)}">${escaped(text)}</a></li>`).join('')}</ul></nav>
<main>${sections.join('')}<section aria-labelledby="schemas"><h2 id="schemas">schemas</h2>${schemas.join('')}</section></main></body></html>`;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
}

function operationOf({ method, path, operation }: Call): string {
  const { operationId = '', summary, description, parameters = [], requestBody, responses = {} } = operation;
  const rows = parameters.map(({ name, in: where, required = false, description: text, schema = {} }) =>
    row(name, schema, { where: `in ${where}`, required, ...(text !== undefined && { text }) }),
  );
  return `<details><summary><h3><span class="method">${method}</span> <code>${escaped(path)}</code> ${prose(summary)}</h3></summary>
<p id="${escaped(operationId)}">${prose(description)}</p>${table('Parameters', rows)}${requestBody ? `<h4>DocumentedBody</h4>${bodyOf(requestBody)}` : ''}
<h4>Answers</h4>${Object.entries(responses).map(answerOf).join('')}</details>`;
}

function answerOf([status, body]: readonly [string, DocumentedBody]): string {
  if (body.$ref !== undefined)
    return `<p><code>${escaped(status)}</code> <a href="#ProblemDocument">a problem document</a></p>`;
  return `<div><code>${escaped(status)}</code> ${bodyOf(body)}</div>`;
}

function bodyOf({ content = {} }: DocumentedBody): string {
  const kinds = Object.entries(content).map(
    ([type, { schema = {} }]) => `<code>${escaped(type)}</code>: ${typeWords(schema)}${properties(schema)}`,
  );
  return kinds.length === 0 ? 'nothing' : kinds.join('<br>');
}

function schemaOf(name: string, schema: DocumentedSchema): string {
  return `<details><summary><h3>${escaped(name)}</h3></summary><p id="${escaped(name)}">${prose(schema.description)} ${typeWords(schema)}</p>${properties(schema, `Properties of ${name}`)}</details>`;
}
