import { fileURLToPath } from 'node:url';
import { installedManifests } from '@rondel/api';
import { createRegistry } from '@rondel/reco';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { startPlanApi } from '../support/api/plan-api.js';
import { planTypesSource } from '../support/packages/plan-types.js';
import { startTestRedis } from '../support/machine/redis.js';

// `npm run types` writes both files anew; without it a difference fails.
const notice = '// Made by `npm run types` from what the API serves.\n\n';

it('the calls of the client have the types of the document that the API serves', async () => {
  const redis = await startTestRedis();
  const api = await startPlanApi(redis.url);
  try {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenAPI3;
    const source = astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }));
    await expect(await formatted(source)).toMatchFileSnapshot(generated('openapi.ts'));
  } finally {
    await api.close();
    await redis.stop();
  }
});

it('live plans have the types of the catalog', async () => {
  const source = planTypesSource(createRegistry(installedManifests).catalog);
  await expect(await formatted(source)).toMatchFileSnapshot(generated('built-in-plans.ts'));
});

function generated(name: string): string {
  return fileURLToPath(new URL(`../../libs/client/src/generated/${name}`, import.meta.url));
}

async function formatted(source: string): Promise<string> {
  return format(notice + source, { ...(await resolveConfig(fileURLToPath(import.meta.url))), parser: 'typescript' });
}
