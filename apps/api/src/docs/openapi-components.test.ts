import { JobSchema, WorkerSchema } from '@rondel/contracts';
import { expect, test } from 'vitest';
import { inDocument, withNamedSchemas } from './openapi-components.js';

function answering(schema: unknown) {
  return { openapi: '3.1.0', paths: { '/x': { get: { responses: { 200: { content: { json: { schema } } } } } } } };
}

function schemaIn(document: ReturnType<typeof answering>): unknown {
  return document.paths['/x'].get.responses[200].content.json.schema;
}

test('a schema with a name stands in one place, also inside others and with its keys in another order', () => {
  const worker = Object.fromEntries(Object.entries(inDocument(WorkerSchema) ?? {}).reverse());
  const document = withNamedSchemas(
    answering({ type: 'object', properties: { one: inDocument(JobSchema), two: worker } }),
  );
  expect(schemaIn(document)).toEqual({
    type: 'object',
    properties: { one: { $ref: '#/components/schemas/Job' }, two: { $ref: '#/components/schemas/Worker' } },
  });
  const { Job, Worker } = document.components.schemas;
  expect(Worker).toMatchObject({ type: 'object', properties: { engine: { $ref: '#/components/schemas/EngineName' } } });
  expect(Job).toMatchObject({ properties: { result: { $ref: '#/components/schemas/Result' } } });
});

test('a schema that differs in anything stays where it is', () => {
  const other = { ...JSON.parse(JSON.stringify(WorkerSchema)), description: 'Another one.' } as object;
  expect(schemaIn(withNamedSchemas(answering(other)))).toMatchObject({ description: 'Another one.', type: 'object' });
});
