import { Ajv, type Options } from 'ajv';
import formats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';

/** Tidying up the code that Ajv writes takes longer, at every start, than V8 takes with it as it is. */
const code = { optimize: false };
const common: Options = { useDefaults: true, allErrors: false, strict: false, code };

/**
 * Bodies are taken as they are: an unknown field or a number written as a string is an error, not something to mend.
 * Query strings and headers hold only strings, so there values are converted, one value where there may be several too.
 */
export function registerValidation(app: FastifyInstance): void {
  const exact = withFormats(new Ajv({ ...common, coerceTypes: false }));
  const converting = withFormats(new Ajv({ ...common, coerceTypes: 'array' }));
  app.setValidatorCompiler<object>(({ schema, httpPart }) =>
    (httpPart === 'body' ? exact : converting).compile(schema),
  );
}

function withFormats(ajv: Ajv): Ajv {
  formats.default(ajv);
  return ajv;
}
